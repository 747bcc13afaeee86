import * as l10n from '@vscode/l10n';
import type { ConfiguredProvider } from '../model/configuredProviders';
import { reasonOf } from '../failures/failureReason';
import { shortId } from '../model/identifiers';
import type { ChangeOperation, Operation } from '../model/networkMapping';
import { knownState, type ProviderStatus, type RowState } from '../mappings/providerStatus';
import type { SkillNames } from '../skills/skillNames';
import { waitText, type Wait } from '../failures/waitReason';

/** The texts of one row of the tree. */
export interface RowText {
  readonly label: string;
  /** Shown after the label. */
  readonly description: string;
  /** Read by a screen reader instead of both: `{name, or ID}, {state}`, and after further commas what goes on and what else there is. */
  readonly accessibilityLabel: string;
}

/**
 * Returns the texts of a row. A mapping that cannot be read now is still shown, with the time when it was last read.
 * A skill is shown with its name, if it has one. IDs are complete for screen readers and in the tooltip
 * (`rowTooltip.ts`), and abbreviated in the narrow row.
 *
 * @param formatTime formats a Unix time in milliseconds for VS Code's language
 * @param differsFrom the names of the open mapping files that want another mapping
 */
export function rowText(
  provider: ConfiguredProvider,
  status: ProviderStatus,
  row: RowState,
  skills: SkillNames,
  formatTime: (ms: number) => string,
  differsFrom?: string,
): RowText {
  const pending = [
    queuedText(status.queued),
    ...rowNotes(status, differsFrom),
    // A file that wants another mapping is named already.
    ...(differsFrom === undefined ? fileNote(provider) : []),
  ];
  // Screen readers would read the ellipsis.
  const now = [activityText(status.inFlight)?.replace(/…$/, ''), status.wait && waitText(status.wait, Infinity)];
  return {
    label: provider.name ?? shortId(provider.id),
    description: pending.reduce(
      (text: string, each) => (each === undefined ? text : l10n.t('{0} · {1}', text, each)),
      description(row, status, skills, formatTime),
    ),
    accessibilityLabel: [stateText(row, skills), ...now, ...pending].reduce(
      (text: string, each) => (each === undefined ? text : l10n.t('{0}, {1}', text, each)),
      provider.name ?? provider.id,
    ),
  };
}

/** Returns which mapping file lists a provider, if one does. */
export function fileNote({ file }: ConfiguredProvider): string[] {
  if (file === undefined) return [];
  return [
    l10n.t({
      message: 'from {0}',
      args: [file],
      comment: ['{0} is the name of a mapping file. The subject is a service provider.'],
    }),
  ];
}

/** Returns what there is to say of a row besides its state. */
export function rowNotes(status: ProviderStatus, differsFrom?: string): string[] {
  const unconfirmed = unconfirmedText(status);
  return [
    ...(unconfirmed === undefined ? [] : [unconfirmed]),
    ...(differsFrom === undefined
      ? []
      : [
          l10n.t({
            message: 'differs from {0}',
            args: [differsFrom],
            comment: ['{0} is the name of a mapping file. The subject is a service provider.'],
          }),
        ]),
  ];
}

/** Returns a warning that a change may still take effect. */
function unconfirmedText({ unconfirmed }: ProviderStatus): string | undefined {
  switch (unconfirmed?.change.operation) {
    case 'create':
      return l10n.t('mapping unconfirmed');
    case 'update':
      return l10n.t('remap unconfirmed');
    case 'delete':
      return l10n.t('deletion unconfirmed');
    case undefined:
      return undefined;
  }
}

/** The longest abbreviated ID that leaves room for a time in a narrow view, in characters. */
const NARROW_LENGTH = 20;

/** Abbreviates an ID to its beginning and its end, which distinguish it from others. */
export function abbreviateId(id: string): string {
  const short = shortId(id);
  return short.length <= NARROW_LENGTH ? short : `${short.slice(0, 8)}…${short.slice(-6)}`;
}

/** Returns the state of a row, in words. */
export function stateText(row: RowState, skills: SkillNames): string {
  switch (row.type) {
    case 'mapped':
    case 'notMapped':
    case 'unknownProvider':
      return mappingText(row, skills);
    case 'checking':
      return l10n.t({ message: 'checking', comment: ['The state of a service provider whose mapping is being read.'] });
    case 'signedOut':
      return l10n.t('signed out');
    case 'unreadable':
      return l10n.t('could not be read: {0}', reasonOf(row.readError));
  }
}

/** What is known of a mapping, or that there is no such service provider. */
type KnownState = NonNullable<ReturnType<typeof knownState>>;

export function mappingText(state: KnownState, skills: SkillNames): string {
  return state.type === 'mapped' ? l10n.t('mapped to {0}', skills.nameAndId(state.skillId)) : unmappedText(state);
}

function unmappedText({ type }: KnownState): string {
  return type === 'unknownProvider' ? l10n.t('unknown service provider') : l10n.t('not mapped');
}

function description(
  row: RowState,
  status: ProviderStatus,
  skills: SkillNames,
  formatTime: (ms: number) => string,
): string {
  const { lastKnown: known, inFlight, wait } = status;
  const state = knownState(status);
  const shortMapping = (each: KnownState) =>
    each.type === 'mapped' ? skills.labelOf(each.skillId) : unmappedText(each);
  const before = () => known && state && l10n.t('{0}, last read {1}', shortMapping(state), formatTime(known.readAtMs));
  switch (row.type) {
    case 'mapped':
    case 'notMapped':
    case 'unknownProvider':
      return shortMapping(row);
    case 'checking':
      // During a re-read, keep showing the last mapping.
      return withTheWait(activityText(inFlight) ?? (state ? shortMapping(state) : l10n.t('checking…')), wait);
    case 'signedOut':
      return withLastKnown(l10n.t('signed out'), before());
    case 'unreadable':
      return withLastKnown(reasonOf(row.readError), before());
  }
}

function withLastKnown(reason: string, before: string | undefined): string {
  return before === undefined ? reason : l10n.t('{0} ({1})', reason, before);
}

/** Omits seconds, because a row is not re-rendered as they pass. */
function withTheWait(now: string, wait: Wait | undefined): string {
  return wait ? l10n.t('{0} · {1}', now, waitText(wait, Infinity)) : now;
}

function queuedText(queued: ChangeOperation | undefined): string | undefined {
  switch (queued) {
    case 'create':
      return l10n.t('waiting to be mapped');
    case 'update':
      return l10n.t('waiting to be remapped');
    case 'delete':
      return l10n.t('its mapping is waiting to be deleted');
    case undefined:
      return undefined;
  }
}

function activityText(inFlight: Operation | undefined): string | undefined {
  switch (inFlight) {
    case 'create':
      return l10n.t('mapping…');
    case 'update':
      return l10n.t('remapping…');
    case 'delete':
      return l10n.t('deleting the mapping…');
    case 'get':
    case undefined:
      return undefined;
  }
}
