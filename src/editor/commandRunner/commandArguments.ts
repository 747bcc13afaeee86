import * as v from 'valibot';
import * as vscode from 'vscode';
import { checkServiceProviderId, checkSkillId } from '../../core/model/identifiers';
import type { MappingStore } from '../../core/mappings/mappingStore';
import type { Row } from '../tree/serviceProvidersTree';
import type { CommandName } from '../commandNames';
import type { Command, CommandCall, CommandContext, CommandOutcome } from './command';
import { InternalCall } from './runCommand';

/** The argument of a keybinding or of another extension. */
const Argument = v.strictObject({
  serviceProviderId: v.optional(v.union([v.string(), v.pipe(v.array(v.string()), v.nonEmpty())])),
  skillId: v.optional(v.string()),
});

/** The argument of the keybindings in the manifest: VS Code passes the rows of a tree to its menu, but to no keybinding. */
const SELECTION = 'selection';

/** A call with checked arguments; a command ignores those it does not take. */
type AnyCall = CommandCall<CommandName>;

interface Rejected {
  readonly rejected: CommandOutcome & { type: 'rejected' };
}

/**
 * Parses the arguments of a command: none from the Command Palette; from a row's menu, the row and the selection that
 * it is part of; from a key in the list, the selection; from the menu of a
 * file, its address; or an argument object. Validates everything before anything is done.
 */
export function parseArguments<Name extends CommandName>(
  command: Command<Name>,
  args: readonly unknown[],
  shown: Pick<CommandContext, 'providers' | 'rows'>,
): { readonly call: CommandCall<Name> } | Rejected {
  const parsed = parse(command, args, shown);
  return 'rejected' in parsed ? parsed : { call: parsed.call as CommandCall<Name> };
}

function parse(
  { acceptsUnlistedIds, acceptsSkillAlone, acceptsFile }: Omit<Command<CommandName>, 'run'>,
  args: readonly unknown[],
  { providers, rows }: Pick<CommandContext, 'providers' | 'rows'>,
): { readonly call: AnyCall } | Rejected {
  const [first, second] = args;
  if (first === undefined || first === null) return { call: { source: { type: 'palette' } } };
  if (first instanceof InternalCall) {
    const unlisted = acceptsUnlistedIds ? undefined : rejectUnlisted(first.call.serviceProviderIds ?? [], providers);
    return unlisted ?? { call: first.call };
  }
  if (acceptsFile) {
    if (first instanceof vscode.Uri) return { call: { source: { type: 'argument' }, file: first } };
    return reject(vscode.l10n.t('The argument of this command must be the address of a mapping file.'));
  }
  if (first === SELECTION) {
    const [row] = rows.selected;
    return { call: row ? fromTreeRows(row, rows.selected, rows, { byKey: true }) : { source: { type: 'palette' } } };
  }
  if (isRow(first)) return { call: fromTreeRows(first, Array.isArray(second) ? second : [], rows) };

  const argument = v.safeParse(Argument, first);
  const isComplete =
    argument.success &&
    (argument.output.serviceProviderId !== undefined || (acceptsSkillAlone && argument.output.skillId !== undefined));
  if (!isComplete) {
    const form = '{ "serviceProviderId": string | string[], "skillId"?: string }';
    return reject(vscode.l10n.t('The argument of this command must be {0}. Nothing was changed.', form));
  }
  const { serviceProviderId, skillId } = argument.output;
  const ids = [...new Set(serviceProviderId === undefined ? [] : [serviceProviderId].flat())];
  for (const id of ids) {
    const check = checkServiceProviderId(id);
    if (!check.ok) return reject(check.problem);
  }
  const refusal = acceptsUnlistedIds ? undefined : rejectUnlisted(ids, providers);
  if (refusal) return refusal;
  if (skillId !== undefined) {
    const check = checkSkillId(skillId);
    if (!check.ok) return reject(check.problem);
  }
  return {
    call: {
      source: { type: 'argument' },
      ...(serviceProviderId !== undefined && { serviceProviderIds: ids }),
      ...(skillId !== undefined && { skillId }),
    },
  };
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && 'type' in value && !('serviceProviderId' in value);
}

function fromTreeRows(
  clicked: Row,
  selected: readonly unknown[],
  shown: CommandContext['rows'],
  key: { readonly byKey?: true } = {},
): AnyCall {
  const rows = (selected.length > 0 ? selected : [clicked]).filter(isRow);
  // A selected row may be hidden now, and a group may be selected together with its rows.
  const ids = new Set(rows.flatMap(idsOf).filter((id) => shown.passesFilter(id)));
  return {
    source: {
      type: 'tree',
      hidden: shown.hiddenIn(rows),
      ...(clicked.type === 'provider' && { focusedId: clicked.id }),
      ...key,
    },
    serviceProviderIds: [...ids],
  };
}

/** Returns the service providers of a row: a group stands for all those shown in it. */
function idsOf(row: Row): readonly string[] {
  switch (row.type) {
    case 'provider':
      return [row.id];
    case 'group':
      return row.ids;
    case 'invalid':
      return [];
  }
}

/** Only what is in the list is displayed, so only that is changed. An error panel may be older than the list. */
function rejectUnlisted(ids: readonly string[], providers: MappingStore): Rejected | undefined {
  const missing = ids.find((id) => !providers.provider(id));
  if (missing === undefined) return undefined;
  return reject(vscode.l10n.t('{0} is not in your list of service providers. Add it first.', missing));
}

function reject(message: string): Rejected {
  return { rejected: { type: 'rejected', message } };
}
