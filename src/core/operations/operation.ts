import { JournalError } from '../history/journalError';
import type { ChangeOutcome } from '../mappings/sendChange';
import type { MappingStore } from '../mappings/mappingStore';
import type { ApiFailure } from '../failures/apiFailure';
import { isSameMapping, senderDifference, type ChangeSender, type MappingChange } from '../model/networkMapping';
import { certainReading } from '../mappings/providerStatus';
import { currentMappings, type CurrentMapping } from './currentMappings';
import { selectedCount, withOnly, type Plan, type PlannedChange } from './plan';

/** What makes a plan out of what was just read. */
type Planner = (current: readonly CurrentMapping[]) => Plan;

export interface Operation {
  /** The selected service providers. */
  readonly ids: readonly string[];
  readonly plan: Planner;
  /** Whether the user is asked before anything is sent. */
  readonly asks: (plan: Plan) => boolean;
  /** Who would have sent each change when the user was shown it first, such as before a skill was picked. */
  readonly senders: ReadonlyMap<string, ChangeSender>;
}

/** Why the user is asked again: what a question has shown no longer holds. */
export type Interference =
  | { readonly type: 'changedMeanwhile' | 'notListed'; readonly name: string }
  | { readonly type: 'endpointChanged' | 'sessionChanged' };

/** What an operation asks of whoever starts it. */
export interface OperationPorts {
  readonly store: Pick<MappingStore, 'provider' | 'status' | 'sender' | 'changeAll'>;
  /**
   * Reads mappings for a user who waits.
   *
   * @returns the failures; or, when the user canceled, how many were read
   */
  readonly read: (
    ids: readonly string[],
  ) => Promise<{ readonly failures: readonly ApiFailure[] } | { readonly canceledAfter: number }>;
  /** @returns the IDs of the confirmed changes, or undefined when the user declines */
  readonly confirm: (plan: Plan, because: Interference | undefined) => Promise<readonly string[] | undefined>;
  /** Shows progress while the changes are sent, which can be canceled. */
  readonly withProgress: (
    plan: Plan,
    send: (stop: AbortSignal, onSettled: () => void) => Promise<void>,
  ) => Promise<{ readonly stopped: boolean }>;
  readonly newOperationId: () => string;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** One change of a plan and how it ended; without an outcome, it was not started. */
export interface ChangeResult {
  readonly planned: PlannedChange;
  readonly outcome?: ChangeOutcome;
}

export type OperationResult =
  | { readonly type: 'declined' }
  | { readonly type: 'readCanceled'; readonly read: number; readonly of: number }
  /** No selected service provider is to be changed, or some could not be read; nothing was sent. */
  | { readonly type: 'nothingSent'; readonly plan: Plan }
  | {
      readonly type: 'applied';
      readonly operationId: string;
      readonly plan: Plan;
      /** One for each change of the plan, in its order. */
      readonly results: readonly ChangeResult[];
      readonly stopped: boolean;
      /** The journal could not be written, so the rest was not sent. */
      readonly journalFailed?: JournalError;
    };

/** What a question shows is read again when it stood for longer than this. Milliseconds. */
const QUESTION_FRESH_MS = 3_000;

/**
 * Reads what is true, plans, asks, checks that what was shown still holds, and applies. Where something shown has changed
 * while the question stood, nothing is sent, and the user is asked again with what is true now.
 */
export async function runOperation(operation: Operation, ports: OperationPorts): Promise<OperationResult> {
  const { store } = ports;
  let because: Interference | undefined;
  let { senders } = operation;
  let beganAtMs = ports.now();
  let read = await ports.read(operation.ids);
  for (;;) {
    if ('canceledAfter' in read) {
      return { type: 'readCanceled', read: read.canceledAfter, of: operation.ids.length };
    }
    const current = currentMappings(operation.ids, read.failures, beganAtMs, store);
    const plan = operation.plan(current);
    because ??= otherSender(plan, senders);
    const isAsked = because !== undefined || operation.asks(plan);
    // Without a question, nothing would show what is left out.
    if (plan.changes.length === 0 || (!isAsked && !isComplete(plan))) return { type: 'nothingSent', plan };
    senders = new Map(plan.changes.map(({ change, sender }) => [change.serviceProviderId, sender]));
    const confirmed = isAsked ? await ask(plan, because, ports) : { plan };
    if ('type' in confirmed) return confirmed;
    because = confirmed.because;
    if (!because) {
      const applied = await apply(confirmed.plan, ports);
      because = unsentBecause(applied.results);
      if (!because) return applied;
    }
    beganAtMs = ports.now();
    read = await ports.read(operation.ids);
  }
}

function isComplete({ skipped, unreadable }: Plan): boolean {
  return unreadable.length === 0 && skipped.every(({ reason }) => reason !== 'notRead');
}

/**
 * Asks, and checks afterwards that what the question showed still holds.
 *
 * @returns what was confirmed of the plan, with what has changed since, if anything has; or how the operation ends
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

async function apply(plan: Plan, ports: OperationPorts): Promise<OperationResult & { type: 'applied' }> {
  const operationId = ports.newOperationId();
  const outcomes = new Map<MappingChange, ChangeOutcome>();
  let journalFailed: JournalError | undefined;
  const { stopped } = await ports.withProgress(plan, async (stopSignal, onSettled) => {
    // A single change ends at once when it is canceled; of several, those in progress come to their end.
    const single = plan.changes.length === 1 ? { abortSignal: stopSignal, urgent: true } : {};
    const context = { operationId, selected: selectedCount(plan), stopSignal, interactive: true, ...single };
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
 * What has changed of a plan since it was shown, by what is known.
 *
 * @param readSinceMs what was read before does not count, Unix time in milliseconds
 */
function interference(plan: Plan, store: OperationPorts['store'], readSinceMs = 0): Interference | undefined {
  for (const { change, name, replaces, sender } of plan.changes) {
    const id = change.serviceProviderId;
    if (!store.provider(id)) return { type: 'notListed', name };
    const otherwise = senderDifference(sender, store.sender(id));
    if (otherwise) return { type: otherwise };
    const known = certainReading(store.status(id));
    if (!known || known.readAtMs < readSinceMs || !isSameMapping(known.mapping, replaces)) {
      return { type: 'changedMeanwhile', name };
    }
  }
  return undefined;
}

function otherSender(plan: Plan, senders: ReadonlyMap<string, ChangeSender>): Interference | undefined {
  for (const { change, sender } of plan.changes) {
    const shown = senders.get(change.serviceProviderId);
    const otherwise = shown && senderDifference(shown, sender);
    if (otherwise) return { type: otherwise };
  }
  return undefined;
}

/** Why a single change was held back at the last moment: then the user is asked again. Of many, the rest is done already. */
function unsentBecause(results: readonly ChangeResult[]): Interference | undefined {
  const [only] = results;
  if (!only?.outcome || results.length > 1) return undefined;
  const { outcome, planned } = only;
  if (outcome.type === 'changedMeanwhile') return { type: 'changedMeanwhile', name: planned.name };
  if (outcome.type !== 'notSent') return undefined;
  return outcome.reason === 'notListed' ? { type: 'notListed', name: planned.name } : { type: outcome.reason };
}
