import * as vscode from 'vscode';
import type { Ending, Services } from './command';
import { run } from './run';
import type { MappingNow } from './mappingsNow';
import { nameOf } from './nameOf';

/** A service provider and the skill that handles its calls now. */
export interface Mapped {
  readonly serviceProviderId: string;
  /** With the id, where another one of the same act has the same name. */
  readonly name: string;
  readonly skillId: string;
}

export function mappedOnly(now: readonly MappingNow[]): Mapped[] {
  const mapped = now.flatMap(({ serviceProviderId, name, mapping }) =>
    mapping.type === 'mapped' ? [{ serviceProviderId, name, skillId: mapping.skillId }] : [],
  );
  return mapped.map((each) =>
    mapped.some((other) => other !== each && other.name === each.name)
      ? { ...each, name: vscode.l10n.t('{0} ({1})', each.name, each.serviceProviderId) }
      : each,
  );
}

/** The ending of a command for mapped service providers that found none. */
export function nothingMapped(ids: readonly string[], services: Services, skillId?: string): Ending {
  return {
    type: 'refused',
    message: vscode.l10n.t('{0}: nothing is mapped.', nameOf(ids, services)),
    offer: {
      label: vscode.l10n.t('Map to Skill…'),
      run: () => run('createMapping', { serviceProviderIds: ids, ...(skillId !== undefined && { skillId }) }),
    },
  };
}

/** Says how many were left out because they turned out not to be mapped. */
export function leftOut(count: number): string | undefined {
  return count > 0 ? vscode.l10n.t('{0} not mapped.', count) : undefined;
}

/** More lines than this do not fit a dialog. */
const MOST_LINES = 10;

/** One line for each, as many as a dialog can hold. */
export function linesOf(mapped: readonly Mapped[], line: (each: Mapped) => string): string {
  const lines = mapped.slice(0, MOST_LINES).map(line);
  if (mapped.length > MOST_LINES) lines.push(vscode.l10n.t('… and {0} more', mapped.length - MOST_LINES));
  return lines.join('\n');
}
