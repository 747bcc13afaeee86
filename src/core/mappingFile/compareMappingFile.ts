import type { ApiFailure } from '../failures/apiFailure';
import type { MappingStore } from '../mappings/mappingStore';
import { certainReading, knownState } from '../mappings/providerStatus';
import { isSameMapping, type MappingSnapshot, type NetworkMapping } from '../model/networkMapping';
import type { WorkspaceSkill } from '../skills/skillNames';
import type { MappingFile, TextSpan } from './mappingFile';
import { skillIdOf } from './resolveMappingFiles';

/** Whether the service agrees with an entry of a mapping file, as far as that is known now. */
export type Agreement =
  | { readonly type: 'agrees'; readonly reading: MappingSnapshot }
  | {
      readonly type: 'differs';
      readonly reading: MappingSnapshot;
      /** The service says that there is no such service provider. */
      readonly isUnknown?: true;
    }
  | { readonly type: 'unreadable'; readonly failure: ApiFailure; readonly lastKnown?: MappingSnapshot }
  /** Not read yet, or it may have been changed since. */
  | { readonly type: 'notRead' | 'signedOut' }
  /** Only what is in the list is read and changed. */
  | { readonly type: 'notListed' }
  /** The list has another account for it than the file. */
  | { readonly type: 'otherAccount'; readonly account: string };

/** An entry of a mapping file, compared with what this window knows of the service. */
export interface ComparedEntry {
  readonly serviceProviderId: string;
  /** As in the list, or else as in the file; the ID if it has no name. */
  readonly name: string;
  readonly wanted: NetworkMapping;
  readonly agreement: Agreement;
  /** What differs in the text: the skill, or the ID of one that must not be mapped. */
  readonly span: TextSpan;
  /** The whole entry. */
  readonly entrySpan: TextSpan;
}

/**
 * Compares the valid entries of a mapping file with the mappings that were read. Sends no requests. Leaves out entries
 * whose profile has no skill.
 *
 * @param skills of the skill projects of the workspace
 */
export function compareMappingFile(
  file: MappingFile,
  skills: readonly WorkspaceSkill[],
  store: Pick<MappingStore, 'provider' | 'row' | 'sender' | 'status'>,
): readonly ComparedEntry[] {
  const compared = (
    { serviceProviderId: id, name }: { readonly serviceProviderId: string; readonly name?: string },
    wanted: NetworkMapping,
    span: TextSpan,
    entrySpan: TextSpan,
  ): ComparedEntry => ({
    serviceProviderId: id,
    name: store.provider(id)?.name ?? name ?? id,
    wanted,
    agreement: agreementOf(id, wanted, file.account, store),
    span,
    entrySpan,
  });
  return [
    ...file.mappings.flatMap((entry) => {
      const skill = skillIdOf(entry.skill, skills);
      if ('problem' in skill) return [];
      return [compared(entry, { type: 'mapped', skillId: skill.skillId }, entry.skillSpan, entry.span)];
    }),
    ...file.absent.map((entry) => compared(entry, { type: 'notMapped' }, entry.span, entry.span)),
  ];
}

/** Returns compared entries with those of some service providers compared again. The others stay the same objects. */
export function comparedAgain(
  entries: readonly ComparedEntry[],
  changed: ReadonlySet<string>,
  { account }: Pick<MappingFile, 'account'>,
  store: Parameters<typeof compareMappingFile>[2],
): readonly ComparedEntry[] {
  return entries.map((entry) => {
    const { serviceProviderId: id, name, wanted } = entry;
    if (!changed.has(id)) return entry;
    return { ...entry, name: store.provider(id)?.name ?? name, agreement: agreementOf(id, wanted, account, store) };
  });
}

function agreementOf(
  id: string,
  wanted: NetworkMapping,
  account: string | undefined,
  store: Parameters<typeof compareMappingFile>[2],
): Agreement {
  if (!store.provider(id)) return { type: 'notListed' };
  const usedAccount = store.sender(id).account;
  if (account !== undefined && usedAccount !== undefined && usedAccount !== account) {
    return { type: 'otherAccount', account: usedAccount };
  }
  const status = store.status(id);
  const { inFlight, lastKnown } = status;
  const row = store.row(id);
  if (row.type === 'signedOut') return { type: 'signedOut' };
  if (row.type === 'unreadable') {
    return { type: 'unreadable', failure: row.readError, ...(lastKnown && { lastKnown }) };
  }
  // What is known stays known while it is read again, but not while it is changed.
  const isChanging = inFlight !== undefined && inFlight !== 'get';
  const reading = isChanging ? undefined : certainReading(status);
  if (!reading) return { type: 'notRead' };
  if (isSameMapping(reading.mapping, wanted)) return { type: 'agrees', reading };
  return { type: 'differs', reading, ...(knownState(status)?.type === 'unknownProvider' && { isUnknown: true }) };
}

/** How many entries of a mapping file the service agrees with. The sum of all is the number of entries. */
export interface ComparisonCounts {
  readonly agree: number;
  readonly differ: number;
  /** Could not be read, not read yet, or signed out. */
  readonly notRead: number;
  readonly notListed: number;
  readonly otherAccount: number;
  /** When the oldest mapping that is known was read, as a Unix time in milliseconds; infinite if none is known. */
  readonly readAtMs: number;
}

export function countAgreements(entries: readonly ComparedEntry[]): ComparisonCounts {
  const count = { agree: 0, differ: 0, notRead: 0, notListed: 0, otherAccount: 0 };
  let readAtMs = Infinity;
  for (const { agreement } of entries) {
    switch (agreement.type) {
      case 'agrees':
      case 'differs':
        count[agreement.type === 'agrees' ? 'agree' : 'differ']++;
        readAtMs = Math.min(readAtMs, agreement.reading.readAtMs);
        break;
      case 'unreadable':
      case 'notRead':
      case 'signedOut':
        count.notRead++;
        break;
      case 'notListed':
      case 'otherAccount':
        count[agreement.type]++;
    }
  }
  return { ...count, readAtMs };
}
