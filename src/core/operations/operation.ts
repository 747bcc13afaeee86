import { JournalError } from '../history/journalError';
import type { ChangeOutcome } from '../mappings/sendChange';
import type { MappingStore } from '../mappings/mappingStore';
import type { ApiFailure } from '../failures/apiFailure';
import type { Wait } from '../failures/waitReason';
import { isSameMapping, senderDifference, type ChangeSender, type MappingChange } from '../model/networkMapping';
import { certainReading } from '../mappings/providerStatus';
import { currentMappings, type CurrentMapping } from './currentMappings';
import { selectedCount, withOnly, type Plan, type PlannedChange } from './plan';

/** Makes a plan from freshly read mappings. */
type Planner = (current: readonly CurrentMapping[]) => Plan;

export interface Operation {
  /** The selected service providers. */
  readonly ids: readonly string[];
  readonly plan: Planner;
  /** Whether the user must confirm the plan before anything is sent. */
  readonly asks: (plan: Plan) => boolean;
  /** Who would have sent each change when the user first saw it, such as before picking a skill. */
  readonly senders: ReadonlyMap<string, ChangeSender>;
  /** Whether each mapping is read once more right before it is changed, however recently it was read. */
  readonly readsFirst?: true;
}

/** Why the user is asked again: what was confirmed no longer holds. */
export type Interference =
  | {
      readonly type: 'changedMeanwhile' | 'notListed';
      readonly name: string;
      /** How many other service providers were changed or removed as well. */
      readonly others: number;
    }
  | { readonly type: 'endpointChanged' | 'sessionChanged' };

/** What an operation needs from its caller. */
export interface OperationPorts {
  readonly store: Pick<MappingStore, 'provider' | 'status' | 'sender' | 'changeAll'>;
  /**
   * Reads mappings for a user who waits.
   *
   * @returns the failures; or, if the user canceled, how many were read
   */
  readonly read: (
    ids: readonly string[],
  ) => Promise<{ readonly failures: readonly ApiFailure[] } | { readonly canceledAfter: number }>;
  /** @returns the IDs of the confirmed changes, or undefined if the user declines */
  readonly confirm: (plan: Plan, because: Interference | undefined) => Promise<readonly string[] | undefined>;
  /** Shows cancelable progress while the changes are sent. */
  readonly withProgress: (
    plan: Plan,
    send: (stop: AbortSignal, onSettled: () => void, onWait: (wait: Wait) => void) => Promise<void>,
  ) => Promise<{ readonly stopped: boolean }>;
  readonly newOperationId: () => string;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** One change of a plan and its outcome; without one, it was not started. */
export interface ChangeResult {
  readonly planned: PlannedChange;
  readonly outcome?: ChangeOutcome;
}

export type OperationResult =
  | { readonly type: 'declined' }
  | { readonly type: 'readCanceled'; readonly read: number; readonly of: number }
  /** Nothing to change, or some mappings could not be read; nothing was sent. */
  | { readonly type: 'nothingSent'; readonly plan: Plan }
  | {
      readonly type: 'applied';
      readonly operationId: string;
      readonly plan: Plan;
      /** One per change of the plan, in its order. */
      readonly results: readonly ChangeResult[];
      readonly stopped: boolean;
      /** The journal could not be written, so the rest was not sent. */
      readonly journalFailed?: JournalError;
    };

/** If a question was open for longer than this, what it showed is re-read. Milliseconds. */
const QUESTION_FRESH_MS = 3_000;

/**
 * Reads current mappings, plans, asks for confirmation, checks that what was confirmed still holds, and applies the
 * plan. If anything has changed while the question was open, nothing is sent, and the user is asked again with current
 * mappings.
 */
export async function runOperation(operation: Operation, ports: OperationPorts): Promise<OperationResult> {
  const { store } = ports;
  const { ids } = operation;
  const names = new Map(ids.map((id) => [id, store.provider(id)?.name ?? id]));
  let because: Interference | undefined;
  let { senders } = operation;
  let beganAtMs = ports.now();
  let read = await ports.read(ids);
  for (;;) {
    if ('canceledAfter' in read) {
      return { type: 'readCanceled', read: read.canceledAfter, of: ids.length };
    }
    const current = currentMappings(ids, read.failures, beganAtMs, store, names);
    const plan = operation.plan(current);
    because ??= otherSender(plan, senders);
    const isAsked = because !== undefined || operation.asks(plan);
    // Without a confirmation, nothing would show what is skipped.
    if (plan.changes.length === 0 || (!isAsked && !isComplete(plan))) return { type: 'nothingSent', plan };
    senders = new Map(plan.changes.map(({ change, sender }) => [change.serviceProviderId, sender]));
    const confirmed = isAsked ? await ask(plan, because, ports) : { plan };
    if ('type' in confirmed) return confirmed;
    because = confirmed.because;
    if (!because) {
      const applied = await applyPlan(confirmed.plan, ports, { readsFirst: operation.readsFirst ?? false });
      because = unsentBecause(applied.results);
      if (!because) return applied;
    }
    beganAtMs = ports.now();
    read = await ports.read(ids);
  }
}

function isComplete({ skipped, unreadable }: Plan): boolean {
  return unreadable.length === 0 && skipped.every(({ reason }) => reason !== 'notRead');
}

/**
 * Asks for confirmation, then checks that what was confirmed still holds.
 *
 * @returns the confirmed part of the plan, with what has changed since, if anything; or the result that ends the
 *   operation
 */
async function ask(
  plan: Plan,
  because: Interference | undefined,
  ports: OperationPorts,
): Promise<
  { readonly plan: Plan; readonly because?: Interference } | (OperationResult & { type: 'declined' | 'readCanceled' })
> {
  const askedAtMs = ports.now();
  const chosen = await ports.confirm(plan, because);
  if (!chosen) return { type: 'declined' };
  const confirmed = withOnly(plan, chosen);
  let found = interference(confirmed, ports.store);
  const againAtMs = ports.now();
  if (!found && againAtMs - askedAtMs > QUESTION_FRESH_MS) {
    const again = await ports.read(chosen);
    if ('canceledAfter' in again) return { type: 'readCanceled', read: again.canceledAfter, of: chosen.length };
    found = interference(confirmed, ports.store, againAtMs);
  }
  return { plan: confirmed, ...(found && { because: found }) };
}

/**
 * Applies a confirmed plan. Right before each change is sent, it is checked again that what it replaces and who sends it
 * still hold; what has changed since is not sent.
 *
 * @param interactive whether the user may be prompted for a token
 * @param readsFirst see {@link Operation}
 */
export async function applyPlan(
  plan: Plan,
  ports: Pick<OperationPorts, 'withProgress' | 'newOperationId'> & {
    readonly store: Pick<MappingStore, 'changeAll'>;
  },
  { interactive = true, readsFirst = false }: { readonly interactive?: boolean; readonly readsFirst?: boolean } = {},
): Promise<OperationResult & { type: 'applied' }> {
  const operationId = ports.newOperationId();
  const outcomes = new Map<MappingChange, ChangeOutcome>();
  let journalFailed: JournalError | undefined;
  const { stopped } = await ports.withProgress(plan, async (stopSignal, onSettled, onWait) => {
    // A canceled single change returns at once; a bulk operation, and a mapping file, completes the changes in progress.
    const isSingle = plan.changes.length === 1 && plan.kind !== 'apply';
    const single = isSingle ? { abortSignal: stopSignal, urgent: true } : {};
    const context = {
      operationId,
      selected: selectedCount(plan),
      stopSignal,
      interactive,
      readsFirst,
      onWait,
      ...single,
    };
    try {
      await ports.store.changeAll(plan.changes, context, (change, outcome) => {
        outcomes.set(change, outcome);
        onSettled();
      });
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      journalFailed = error;
    }
  });
  const results = plan.changes.map((planned): ChangeResult => {
    const outcome = outcomes.get(planned.change);
    return { planned, ...(outcome && { outcome }) };
  });
  return { type: 'applied', operationId, plan, results, stopped, ...(journalFailed && { journalFailed }) };
}

/**
 * Returns what has changed since a plan was shown, as far as known.
 *
 * @param readSinceMs ignores earlier readings, Unix time in milliseconds
 */
export function interference(
  plan: Plan,
  store: Omit<OperationPorts['store'], 'changeAll'>,
  readSinceMs = 0,
): Interference | undefined {
  const found: { readonly type: 'changedMeanwhile' | 'notListed'; readonly name: string }[] = [];
  for (const { change, name, replaces, sender } of plan.changes) {
    const id = change.serviceProviderId;
    if (!store.provider(id)) {
      found.push({ type: 'notListed', name });
      continue;
    }
    const otherwise = senderDifference(sender, store.sender(id));
    if (otherwise) return { type: otherwise };
    const known = certainReading(store.status(id));
    if (!known || known.readAtMs < readSinceMs || !isSameMapping(known.mapping, replaces)) {
      found.push({ type: 'changedMeanwhile', name });
    }
  }
  const [first] = found;
  return first && { ...first, others: found.length - 1 };
}

function otherSender(plan: Plan, senders: ReadonlyMap<string, ChangeSender>): Interference | undefined {
  for (const { change, sender } of plan.changes) {
    const shown = senders.get(change.serviceProviderId);
    const otherwise = shown && senderDifference(shown, sender);
    if (otherwise) return { type: otherwise };
  }
  return undefined;
}

/**
 * Returns why a single change was not sent at the last moment, so that the user is asked again. A bulk operation is not
 * repeated: its other changes are done.
 */
function unsentBecause(results: readonly ChangeResult[]): Interference | undefined {
  const [only] = results;
  if (!only?.outcome || results.length > 1) return undefined;
  const { outcome, planned } = only;
  if (outcome.type === 'changedMeanwhile') return { type: 'changedMeanwhile', name: planned.name, others: 0 };
  if (outcome.type !== 'notSent') return undefined;
  return outcome.reason === 'notListed'
    ? { type: 'notListed', name: planned.name, others: 0 }
    : { type: outcome.reason };
}
