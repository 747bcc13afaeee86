import type { NetworkMappingClient } from '../api/networkMappingClient';
import type { RequestContext } from '../api/serviceClient';
import type { Wait } from '../failures/waitReason';
import { mayTakeEffectLater, type ApiFailure } from '../failures/apiFailure';
import {
  isSameMapping,
  senderDifference,
  type MappingChange,
  type MappingSnapshot,
  type NetworkMapping,
} from '../model/networkMapping';
import { completionOf, type ChangeLog } from './changeLog';
import { ChangeRecorder, type ChangeRecorderOptions } from './changeRecorder';
import type { ChangeContext, PlannedWrite } from './plannedWrite';
import type { ChangeInProgress } from './changesInProgress';
import type { ProviderSessions } from './providerSessions';
import { eventAfterRead, type ExplainedUnconfirmedChange, type StatusEvent } from './providerStatus';
import type { Generation, ProviderStatuses } from './providerStatuses';
import { sendAndVerify, SETTLE_MS, type ChangeOutcome, type NotSentReason } from './sendChange';
import type { WatchedChange } from './unconfirmedChanges';

interface Dependencies extends ChangeRecorderOptions {
  readonly client: Pick<NetworkMappingClient, 'get' | 'change'>;
  readonly log: ChangeLog;
  readonly sessions: ProviderSessions;
  readonly statuses: ProviderStatuses;
  /** Whether a service provider is in the list. */
  readonly isListed: (id: string) => boolean;
  /** Re-reads a mapping in the background. */
  readonly refresh: (id: string) => Promise<void>;
  /** Called when a request of a change is about to be retried. */
  readonly onWait: (wait: Wait) => void;
  /** How long after a failed change its mapping is re-read, in milliseconds. */
  readonly settleMs?: number | undefined;
}

/** A change that is recorded in the journal. */
interface Logged {
  readonly logId: string;
  /** The mapping before it, if known. */
  readonly before: NetworkMapping | undefined;
  /** The session that sends it. */
  readonly session: string | undefined;
}

/** A mapping read longer ago is re-read right before a change that replaces it. Milliseconds. */
const FRESH_MS = 10_000;

/** The kinds of failure that mean this program did not send the change. */
const NOT_SENT: ReadonlySet<string> = new Set(['canceled', 'contextChanged']);

/** Performs changes: verifies that what the user confirmed still holds, records, sends once, and updates the row. */
export class ChangeExecutor {
  private readonly recorder: ChangeRecorder;

  constructor(private readonly use: Dependencies) {
    this.recorder = new ChangeRecorder(use.log, use);
  }

  /** Completes the journal entry of an unconfirmed change, by a mapping that was read later. */
  completeLater(change: WatchedChange, reading: MappingSnapshot): Promise<void> {
    return this.recorder.completeLater(change, reading);
  }

  /**
   * Performs a change that reached the front of its queue; `completed` resolves once its journal entry, if any, is
   * completed.
   *
   * @throws what the journal throws if the change could not be recorded; nothing was sent then
   */
  async perform(
    inProgress: ChangeInProgress,
    initialContext: ChangeContext & { readonly stopSignal: AbortSignal },
  ): Promise<{ outcome: ChangeOutcome; completed?: Promise<void> }> {
    const { recorder } = this;
    const { client, sessions, statuses, settleMs = SETTLE_MS } = this.use;
    const { planned, endpointChanged } = inProgress;
    const { change, sender } = planned;
    const id = change.serviceProviderId;
    const generation = statuses.generation(id);
    const session = sessions.of(id);
    let logged: Logged | undefined;
    // Only once: at a low rate limit, each wait may be longer than a reading counts as fresh.
    const waited = { tooLong: false };
    const isOutdated = () => !waited.tooLong && (waited.tooLong = planned.replaces !== undefined && !this.isFresh(id));
    for (;;) {
      const recheck = new AbortController();
      inProgress.recheck = recheck;
      const stopSignal = AbortSignal.any([initialContext.stopSignal, recheck.signal]);
      const onWait = (wait: Wait) => {
        statuses.apply(id, { type: 'waiting', wait }, generation);
        this.use.onWait(wait);
        initialContext.onWait?.(wait);
      };
      const context = { ...initialContext, onWait, stopSignal, ...(sender && { expected: sender }) };
      // A change stopped before it was recorded goes to the client, which sends nothing and reports that.
      const refusal = isOver(initialContext) ? undefined : await this.verify(inProgress, context, generation);
      if (refusal) {
        if (logged) statuses.apply(id, { type: 'abandoned' }, generation);
        return {
          outcome: refusal,
          ...(logged && { completed: recorder.complete(logged.logId, completionOf(refusal)) }),
        };
      }
      // Something changed during verification.
      if (recheck.signal.aborted && !isOver(initialContext)) continue;
      const before = logged ? logged.before : statuses.certain(id)?.mapping;
      const wasOutdated = waited.tooLong;
      const send = async () =>
        this.unlessRefused(
          planned,
          await sendAndVerify(client, change, { ...context, isOutdated }, before, settleMs, endpointChanged.signal),
        );
      if (!logged) {
        if (isOver(initialContext)) return { outcome: await send() };
        const logId = await recorder.begin(planned, sender ?? sessions.sender(id), context, before);
        logged = { logId, before, session };
      }
      statuses.apply(id, { type: 'started', operation: change.operation }, generation);
      const outcome = await send();
      // Stopped before it was sent, in order to verify it again.
      const isRechecked = recheck.signal.aborted || waited.tooLong !== wasOutdated;
      if (isRechecked && !isOver(initialContext) && isUnsent(outcome)) continue;

      const completed = recorder.complete(logged.logId, completionOf(outcome));
      const isCanceled = initialContext.abortSignal?.aborted === true;
      const watched =
        generation === statuses.generation(id) ? this.watchedAfter(change, outcome, logged, completed) : undefined;
      if (watched) this.watch(watched, isCanceled);
      const event = this.toStatusEvent(id, outcome, initialContext.stopSignal.aborted);
      // A service provider whose mapping was deleted just now is there.
      const isDeleted = change.operation === 'delete' && outcome.type === 'succeeded' && before?.type === 'mapped';
      statuses.apply(
        id,
        event.type === 'read' && isDeleted ? { ...event, existence: { type: 'exists' } } : event,
        generation,
      );
      if (isCanceled && !watched && statuses.get(id).readError) void this.use.refresh(id);
      return { outcome, completed };
    }
  }

  /** Returns a conflict as the reason if it kept the change from being sent. */
  private unlessRefused(planned: PlannedWrite, outcome: ChangeOutcome): ChangeOutcome {
    if (!isUnsent(outcome)) return outcome;
    // The client may notice before this window is notified.
    const isOther = outcome.type === 'failed' && outcome.failure.kind === 'contextChanged';
    const reason = this.conflictWith(planned) ?? (isOther ? 'sessionChanged' : undefined);
    return reason ? { type: 'notSent', reason } : outcome;
  }

  /**
   * Returns why a change must not be sent: what the user confirmed no longer holds, or cannot be verified. Re-reads a
   * mapping that was not read just now.
   */
  private async verify(
    inProgress: ChangeInProgress,
    context: ChangeContext,
    generation: Generation,
  ): Promise<ChangeOutcome | undefined> {
    const { change, replaces } = inProgress.planned;
    const id = change.serviceProviderId;
    for (;;) {
      const reason = this.conflictWith(inProgress.planned);
      if (reason) return { type: 'notSent', reason };
      if (!replaces || isOver(context)) return undefined;
      const lastKnown = this.use.statuses.certain(id);
      if (lastKnown && !inProgress.isOutdated && this.isFresh(id))
        return isSameMapping(lastKnown.mapping, replaces)
          ? undefined
          : { type: 'changedMeanwhile', reading: lastKnown };
      inProgress.isOutdated = false;
      const failure = await this.readBefore(id, context, generation);
      if (failure && !isOver(context)) {
        const reasonNow = this.conflictWith(inProgress.planned);
        return reasonNow ? { type: 'notSent', reason: reasonNow } : { type: 'failed', failure };
      }
    }
  }

  /** Whether a mapping was read just now. */
  private isFresh(id: string): boolean {
    const lastKnown = this.use.statuses.certain(id);
    return lastKnown !== undefined && Math.abs(Date.now() - lastKnown.readAtMs) < FRESH_MS;
  }

  /** Reads the mapping that a change replaces, within that change's queue slot. */
  private async readBefore(
    id: string,
    context: ChangeContext,
    generation: Generation,
  ): Promise<ApiFailure | undefined> {
    const { client, statuses } = this.use;
    statuses.apply(id, { type: 'started', operation: 'get' }, generation);
    let event: StatusEvent = { type: 'abandoned' };
    try {
      // Do not prompt for a token: the confirmed sender must not change.
      const result = await client.get(id, { ...context, interactive: false });
      if (result.ok || !context.stopSignal?.aborted) event = eventAfterRead(result);
      return result.ok ? undefined : result.failure;
    } finally {
      statuses.apply(id, event, generation);
    }
  }

  /** Returns what has changed since the user confirmed a change, apart from the mapping itself. */
  private conflictWith({ change: { serviceProviderId: id }, sender }: PlannedWrite): NotSentReason | undefined {
    if (!this.use.isListed(id)) return 'notListed';
    if (!sender) return undefined;
    return senderDifference(sender, this.use.sessions.sender(id));
  }

  /** Returns the change to watch, if it is unconfirmed. */
  private watchedAfter(
    change: MappingChange,
    outcome: ChangeOutcome,
    { logId, before, session }: Logged,
    logged: Promise<void>,
  ): WatchedChange | undefined {
    if (outcome.type !== 'succeeded' && outcome.type !== 'unconfirmed') return undefined;
    const earlier = this.use.statuses.unconfirmed.followedBy(change);
    const id = change.serviceProviderId;
    if (outcome.type === 'succeeded' || !this.use.sessions.isCurrent(id, session)) return undefined;
    const { failure, reading } = outcome;
    const unconfirmed: ExplainedUnconfirmedChange = {
      change,
      failure,
      ...(before && { before }),
      ...(earlier.length > 0 && { alsoRequested: earlier }),
      ...(!mayTakeEffectLater(failure) && { settledAtMs: Date.now() + (this.use.settleMs ?? SETTLE_MS) }),
    };
    return { unconfirmed, logId, logged, loggedMapping: reading?.mapping, session, isFollowed: false };
  }

  /** Checks later whether an unconfirmed change took effect. */
  private watch(watched: WatchedChange, isAtOnce: boolean): void {
    const { refresh, sessions, statuses } = this.use;
    const { unconfirmed } = statuses;
    const { serviceProviderId: id } = watched.unconfirmed.change;
    unconfirmed.add(watched);
    const read = async () => {
      if (sessions.of(id) !== undefined) await refresh(id);
    };
    void unconfirmed.check(watched, isAtOnce, read).then(async () => {
      if (!unconfirmed.has(watched)) return;
      // The user has since requested another change, and no late effect was seen.
      if (watched.isFollowed) {
        unconfirmed.keep(id, (each) => each !== watched);
        statuses.apply(id);
      }
      const lastKnown = statuses.certain(id);
      if (lastKnown) await this.recorder.completeLater(watched, lastKnown);
    });
  }

  private toStatusEvent(id: string, outcome: ChangeOutcome, wasStopped: boolean): StatusEvent {
    if (outcome.type === 'succeeded' || outcome.type === 'changedMeanwhile')
      return { type: 'read', reading: outcome.reading };
    if (outcome.type === 'notSent') return { type: 'abandoned' };
    const { failure, reading } = outcome;
    // Stopped before it was sent, as part of an operation: not a failure of this row.
    if (wasStopped && failure.kind === 'canceled' && failure.effect === 'none') return { type: 'abandoned' };
    if (reading) return { type: 'read', reading, failure };
    const readError = 'verificationError' in outcome ? outcome.verificationError : undefined;
    const lastKnown = this.use.statuses.certain(id);
    // Nothing was applied or read, so the last known mapping is still valid.
    if (!readError && failure.effect === 'none' && lastKnown) return { type: 'read', reading: lastKnown, failure };
    return { type: 'readFailed', failure: readError ?? failure, writeFailure: failure };
  }
}

function isOver({ abortSignal, stopSignal }: RequestContext): boolean {
  return abortSignal?.aborted === true || stopSignal?.aborted === true;
}

/** Whether this program did not send a change. */
function isUnsent(outcome: ChangeOutcome): boolean {
  return outcome.type === 'failed' && NOT_SENT.has(outcome.failure.kind) && outcome.failure.effect === 'none';
}
