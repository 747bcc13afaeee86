import { setImmediate } from 'node:timers/promises';
import type {
  ChangeCompleted,
  ChangeRecord,
  MappingChangeRecord,
  NewProviderCreation,
  NewProviderDeletion,
  NewProviderRename,
  ProviderChangeRecord,
} from '../../src/core/history/changeRecord';
import {
  searchableText,
  searchFilter,
  type SearchableHistory,
  trackUndone,
} from '../../src/core/history/historySearch';
import { mappedTo, OTHER_SERVICE_PROVIDER, OTHER_SKILL, SERVICE_PROVIDER, SKILL, skillsNamed } from './builders';

/** A remap that succeeded, with overrides; `completed: undefined` leaves it incomplete. */
export function aChange(
  some: Partial<Omit<MappingChangeRecord, 'completed'>> & {
    readonly completed?: Partial<ChangeCompleted> | undefined;
  } = {},
): MappingChangeRecord {
  const { id = 'change 1', startedAtMs = Date.UTC(2026, 10, 22, 13, 5, 33), completed, ...rest } = some;
  const change = {
    id,
    operationId: `act of ${id}`,
    startedAtMs,
    serviceProviderId: SERVICE_PROVIDER,
    name: 'Grand Meridian',
    account: 'default',
    endpoint: 'https://api.amazonalexa.com',
    operation: 'update' as const,
    before: mappedTo(SKILL),
    target: mappedTo(OTHER_SKILL),
    ...rest,
  };
  if ('completed' in some && completed === undefined) return change;
  return { ...change, completed: { id, completedAtMs: startedAtMs + 400, result: 'succeeded', ...completed } };
}

interface Overrides {
  readonly id?: string;
  readonly startedAtMs?: number;
  readonly completed?: Partial<ChangeCompleted> | undefined;
}

/** A create of a service provider that succeeded, likewise. */
export function aCreation(
  some: Partial<Omit<NewProviderCreation, 'operation'>> & Overrides = {},
): ProviderChangeRecord & NewProviderCreation {
  const { completed, ...rest } = some;
  const { operation, before, target, ...common } = aChange({ ...rest, completed: undefined });
  const change = {
    ...common,
    name: 'Annex',
    serviceProviderId: '',
    operation: 'createProvider' as const,
    logicalId: 'annex',
    displayName: 'Annex',
    ...rest,
  };
  if ('completed' in some && completed === undefined) return change;
  const createdId = OTHER_SERVICE_PROVIDER;
  const { id, startedAtMs } = change;
  const isKnown = completed?.result === undefined || completed.result === 'succeeded';
  return {
    ...change,
    completed: {
      id,
      completedAtMs: startedAtMs + 400,
      result: 'succeeded',
      ...(isKnown && { createdId }),
      ...completed,
    },
  };
}

/** A rename and a deletion of a service provider that succeeded. */
export function aProviderRename(some: Partial<Omit<NewProviderRename, 'operation'>> & Overrides = {}) {
  const { operation, before, target, ...common } = aChange(some);
  const rename = { operation: 'updateProvider', displayNameBefore: 'Grand', displayName: 'Palace' } as const;
  const { completed, ...rest } = some;
  return { ...common, ...rename, ...rest, ...(common.completed && { completed: common.completed }) };
}

export function aProviderDeletion(some: Partial<Omit<NewProviderDeletion, 'operation'>> & Overrides = {}) {
  const { operation, before, target, ...common } = aChange(some);
  const deletion = { operation: 'deleteProvider', displayName: 'Grand', mapping: mappedTo(SKILL) } as const;
  const { completed, ...rest } = some;
  return { ...common, ...deletion, ...rest, ...(common.completed && { completed: common.completed }) };
}

/** The read interface of the journal. Takes the changes with the newest first. */
export function historyOf(changes: Iterable<ChangeRecord>): { newestFirst(): AsyncGenerator<ChangeRecord> } {
  return {
    async *newestFirst() {
      await Promise.resolve();
      yield* changes;
    },
  };
}

/** The same for searches, in batches of one. */
export function searchableHistoryOf(changes: Iterable<ChangeRecord>): SearchableHistory {
  return {
    async *newestFirst() {
      const wasUndone = trackUndone();
      for (const change of changes) {
        await setImmediate();
        const isUndone = wasUndone(change);
        yield [{ change, isUndone, text: searchableText(change, isUndone, new Map()) }];
      }
    },
  };
}

/** Returns a function that checks whether a search finds a change. */
export function isFoundBy(
  search: string,
  skills = skillsNamed(),
): (change: ChangeRecord, isUndone?: boolean) => boolean {
  const matches = searchFilter(search, skills);
  return (change, isUndone = false) => matches({ change, text: searchableText(change, isUndone, new Map()) });
}
