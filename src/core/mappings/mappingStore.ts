import { EventEmitter, setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import pLimit from 'p-limit';
import type { NetworkMappingClient } from '../api/networkMappingClient';
import type { RequestContext } from '../api/serviceClient';
import { resolveAccount } from '../model/accounts';
import type { ConfiguredEntry, ConfiguredProvider } from '../model/configuredProviders';
import { isUnreachable, mayTakeEffectLater, type ApiFailure, type Result } from '../failures/apiFailure';
import {
  isSameMapping,
  senderDifference,
  targetOf,
  type ChangeSender,
  type MappingChange,
  type NetworkMapping,
  type MappingSnapshot,
} from '../model/networkMapping';
import {
  certainReading,
  reduceStatus,
  rowState,
  INITIAL_STATUS,
  type ExplainedUnconfirmedChange,
  type ProviderStatus,
  type RowState,
  type StatusEvent,
} from './providerStatus';
import { abortable } from '../async/abortable';
import type { Wait } from '../failures/waitReason';
import { completionOf, completionOfUnconfirmed, type ChangeLog, type ChangeCompletion } from './changeLog';
import { sendAndVerify, LATE_EFFECT_MS, type ChangeOutcome, type NotSentReason } from './sendChange';
import { LATE_EFFECT_CHECKS_MS, UnconfirmedChanges, type WatchedChange } from './unconfirmedChanges';

interface Events {
  /** The configured entries, or whether an account is signed in, so every row may look different. */
  entriesChanged: [];
  /** The status of one service provider, or its name. */
  providerChanged: [serviceProviderId: string];
  /** A read is about to be retried. */
  waiting: [wait: Wait];
  /** A refresh or a change has completed, with any outcome. */
  idle: [];
  /** Another window has changed mappings, which need to be re-read when the view is shown. */
  becameStale: [];
  /** The outcome of a change could not be recorded. */
  journalWriteFailed: [error: unknown];
  /** An unconfirmed change was found to have taken effect. */
  lateEffect: [change: MappingChange, logId: string];
}

/** On whose behalf a change is made, and as part of which operation. */
export interface ChangeContext extends RequestContext {
  /** Shared by all changes of one operation. */
  readonly operationId: string;
  /** How many service providers were selected for the operation. */
  readonly selected?: number;
}

/** One change of an operation, with what the user confirmed: it is sent only while all of that still holds. */
export interface PlannedWrite {
  readonly change: MappingChange;
  /** The mapping that it replaces. */
  readonly replaces?: NetworkMapping;
  /** Who sends it, and where to. */
  readonly sender?: ChangeSender;
  /** The earlier change that this one undoes, by its journal ID. */
  readonly revertsChangeId?: string;
}

interface Options {
  /** The current API endpoint. */
  readonly endpoint?: () => string;
  /** How long after a failed change its mapping is re-read, in milliseconds. */
  readonly settleMs?: number;
  /** See {@link UnconfirmedChanges}. */
  readonly checksMs?: readonly number[];
}

/** A change that has not completed. */
interface ChangeInProgress {
  readonly planned: PlannedWrite;
  /** Aborted when the endpoint changes. */
  readonly endpointChanged: AbortController;
  /** Aborted when what the user confirmed may no longer hold: a change that is not sent yet is verified first. */
  recheck: AbortController;
  /** Another window has changed the mapping since it was last read. */
  isOutdated: boolean;
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

/** Aborts a read that is to be restarted. */
const RESTART = Symbol('restart');

/**
 * Requests of one operation that are in progress or queued at the same time. The rate limiter finds out how many the
 * service accepts.
 */
const MAX_CONCURRENT_REQUESTS = 16;

/**
 * Owns the configured service providers and what this window knows about their mappings. Everything that displays a
 * mapping gets it from here; everything that changes one goes through here.
 *
 * Tasks are serialized per provider: a new one cancels a read in progress, and queues behind a change.
 */
export class MappingStore {
  readonly events = new EventEmitter<Events>();
  private configured: readonly ConfiguredEntry[] = [];
  private readonly byId = new Map<string, ConfiguredProvider>();
  private statuses = new Map<string, ProviderStatus>();
  private readonly reads = new Map<string, AbortController>();
  private readonly queues = new Map<string, Promise<unknown>>();
  /** The bulk operations in progress, each with a controller that stops it. */
  private readonly bulkOperations = new Set<AbortController>();
  private readonly changes = new Set<ChangeInProgress>();
  private accounts: ReadonlyMap<string, string | undefined> | undefined;
  /** The session of each provider when last checked. */
  private sessions = new Map<string, string | undefined>();

  private readonly unconfirmed: UnconfirmedChanges;
  private readonly endpoint: () => string;
  private readonly settleMs: number;

  constructor(
    private readonly client: Pick<NetworkMappingClient, 'get' | 'change'>,
    private readonly log: ChangeLog,
    { endpoint = () => '', settleMs = LATE_EFFECT_MS, checksMs = LATE_EFFECT_CHECKS_MS }: Options = {},
  ) {
    this.endpoint = endpoint;
    this.settleMs = settleMs;
    this.unconfirmed = new UnconfirmedChanges(checksMs);
  }

  get entries(): readonly ConfiguredEntry[] {
    return this.configured;
  }

  get providers(): readonly ConfiguredProvider[] {
    return [...this.byId.values()];
  }

  /** Whether any account is signed in; undefined until the stored sessions were read. */
  get signedIn(): boolean | undefined {
    return this.accounts && [...this.accounts.values()].some((session) => session !== undefined);
  }

  provider(id: string): ConfiguredProvider | undefined {
    return this.byId.get(id);
  }

  status(id: string): ProviderStatus {
    return this.statuses.get(id) ?? INITIAL_STATUS;
  }

  row(id: string): RowState {
    return rowState(this.status(id), this.accounts && this.session(id) !== undefined);
  }

  /**
   * The service providers whose mapping is unknown or stale: never read, unreadable, or read with an earlier session.
   */
  get needingRefresh(): string[] {
    return [...this.byId.keys()].filter((id) => {
      const status = this.status(id);
      return !status.inFlight && !certainReading(status) && this.session(id) !== undefined;
    });
  }

  /** Why no service provider can be read, if all share the reason. */
  get commonReadError(): 'unreachable' | 'tokenRefused' | undefined {
    const readErrors = new Set<'unreachable' | 'tokenRefused' | undefined>();
    for (const id of this.byId.keys()) {
      if (this.accounts && this.session(id) === undefined) continue;
      const { readError } = this.status(id);
      if (readError && isUnreachable(readError)) readErrors.add('unreachable');
      else readErrors.add(readError?.kind === 'unauthorized' ? 'tokenRefused' : undefined);
    }
    return readErrors.size === 1 ? [...readErrors][0] : undefined;
  }

  /** Sets the entries of the setting. Keeps what is known about providers that remain. */
  setEntries(entries: readonly ConfiguredEntry[]): void {
    const before = this.configured;
    this.configured = entries;
    this.byId.clear();
    for (const entry of entries) if (entry.type === 'provider') this.byId.set(entry.id, entry);
    for (const id of this.statuses.keys()) {
      if (this.byId.has(id)) continue;
      this.statuses.delete(id);
      this.reads.get(id)?.abort();
    }
    for (const { planned, recheck } of this.changes) {
      if (!this.byId.has(planned.change.serviceProviderId)) recheck.abort();
    }
    const changed = entries.filter((entry, index) => !isDeepStrictEqual(entry, before[index]));
    const sameRows =
      entries.length === before.length && entries.every((entry, index) => isSameRow(entry, before[index]));
    if (this.followSessions() || !sameRows) this.events.emit('entriesChanged');
    else for (const entry of changed) if (entry.type === 'provider') this.events.emit('providerChanged', entry.id);
  }

  /**
   * Sets the signed-in accounts. Mappings read with another session, perhaps of another account, are re-read.
   *
   * @param accounts session ID of each account, or undefined if signed out
   */
  setSessions(accounts: ReadonlyMap<string, string | undefined>): void {
    if (isDeepStrictEqual(accounts, this.accounts)) return;
    this.accounts = accounts;
    this.followSessions();
    this.events.emit('entriesChanged');
  }

  /**
   * Returns the session that a provider is read with: undefined if its account is signed out; empty if it has no
   * account, which the client reports as a failure.
   */
  private session(id: string): string | undefined {
    if (!this.accounts || this.signedIn !== true) return undefined;
    const account = this.account(id);
    return account === undefined ? '' : this.accounts.get(account);
  }

  /** Returns who would send a change of this provider now, and where to. */
  sender(id: string): ChangeSender {
    const account = this.account(id);
    const session = this.session(id);
    return {
      endpoint: this.endpoint(),
      ...(account !== undefined && { account }),
      ...(session !== undefined && { session }),
    };
  }

  /** Returns the account that serves a provider, if there is one. */
  private account(id: string): string | undefined {
    return this.accounts && resolveAccount(this.byId.get(id)?.account, [...this.accounts.keys()]);
  }

  /** Marks mappings stale that were read with another session than the current one; returns whether there were any. */
  private followSessions(): boolean {
    const before = this.sessions;
    this.sessions = new Map([...this.byId.keys()].map((id) => [id, this.session(id)]));
    const changed = [...this.sessions].filter(([id, session]) => before.get(id) !== session);
    for (const [id, session] of changed) {
      const status = this.statuses.get(id);
      // Another session's reads do not show a change's outcome; without a session, nothing is read.
      this.unconfirmed.keep(id, (watched) => this.isSession(id, watched.session));
      if (status) this.statuses.set(id, this.statusAfter(id, status, session !== undefined && { type: 'markedStale' }));
      this.restartOrMarkStale(id);
    }
    return changed.length > 0;
  }

  /** Discards all mappings, because the endpoint has changed. */
  reset(): void {
    // Requests in progress keep the old map and write to it without effect.
    this.statuses = new Map();
    this.unconfirmed.clear();
    // Pending changes and the reads after them were meant for the previous endpoint.
    for (const task of this.bulkOperations) task.abort();
    for (const { endpointChanged, recheck } of this.changes) {
      endpointChanged.abort();
      recheck.abort();
    }
    this.restartReads();
    this.events.emit('entriesChanged');
  }

  /**
   * Reads the mappings of these providers, several at a time.
   *
   * @param onSettled called after each provider with its failure, if any
   */
  async refresh(
    ids: readonly string[],
    context: RequestContext = {},
    onSettled?: (id: string, failure: ApiFailure | undefined) => void,
  ): Promise<void> {
    const limit = pLimit(MAX_CONCURRENT_REQUESTS);
    const task = { askedAtMs: performance.now(), ...context };
    if (context.abortSignal) setMaxListeners(MAX_CONCURRENT_REQUESTS * 4, context.abortSignal);
    await Promise.all(
      ids.map((id) =>
        limit(async () => {
          const failure = await this.read(id, task);
          if (!context.abortSignal?.aborted) onSettled?.(id, failure);
        }),
      ),
    );
    this.events.emit('idle');
  }

  /**
   * Reads a mapping as the account that sent a change, at the same endpoint, and updates its row.
   *
   * @returns undefined if another account or endpoint would be used, or if they changed during the read
   */
  async readAs(
    id: string,
    { account, endpoint }: Pick<ChangeSender, 'account' | 'endpoint'>,
  ): Promise<Result<NetworkMapping> | undefined> {
    const sender = this.sender(id);
    if (sender.endpoint !== endpoint || sender.account !== account || !sender.session) return undefined;
    const result = this.byId.has(id) ? await this.readRow(id) : await this.client.get(id, { expected: sender });
    return isDeepStrictEqual(this.sender(id), sender) ? result : undefined;
  }

  private async readRow(id: string): Promise<Result<NetworkMapping> | undefined> {
    await this.refresh([id]);
    const lastKnown = this.certain(id);
    const { readError } = this.status(id);
    if (lastKnown) return { ok: true, value: lastKnown.mapping };
    return readError && { ok: false, failure: readError };
  }

  /** Marks mappings that another window has changed. */
  markChangedInOtherWindow(ids: readonly string[]): void {
    for (const id of ids) {
      for (const each of this.changes) {
        if (each.planned.change.serviceProviderId !== id) continue;
        each.isOutdated = true;
        if (each.planned.replaces) each.recheck.abort();
      }
      if (!this.statuses.has(id)) continue;
      // A restarted read may be canceled: mark the earlier mapping stale as well.
      const isBeingRead = this.reads.has(id);
      if (!this.restartOrMarkStale(id)) this.markStale(id);
      else if (isBeingRead) this.apply(id, { type: 'markedStale' });
    }
  }

  private markStale(id: string): void {
    this.apply(id, { type: 'markedStale' });
    this.events.emit('becameStale');
  }

  /**
   * Restarts a read in progress, and re-checks after a change in progress: either may return an outdated mapping.
   *
   * @returns whether anything is in progress
   */
  private restartOrMarkStale(id: string): boolean {
    const queue = this.queues.get(id);
    if (this.reads.has(id)) this.reads.get(id)?.abort(RESTART);
    else if (queue) {
      void queue.then(() => {
        this.markStale(id);
      });
    }
    return queue !== undefined;
  }

  /**
   * Records one change, sends it and updates the row with the resulting mapping. A canceled change returns at once;
   * because it may have been sent and may still take effect, its row is re-read in the background.
   *
   * @throws what the journal throws if the change could not be recorded; nothing was sent then
   */
  async change(
    change: MappingChange,
    context: ChangeContext,
    expected: Omit<PlannedWrite, 'change'> = {},
  ): Promise<ChangeOutcome> {
    const outcome = await this.enqueueChange({ ...expected, change }, context);
    this.events.emit('idle');
    return outcome;
  }

  /** Whether a bulk operation is in progress. */
  get isBulkRunning(): boolean {
    return this.bulkOperations.size > 0;
  }

  private async enqueueChange(planned: PlannedWrite, context: ChangeContext): Promise<ChangeOutcome> {
    const id = planned.change.serviceProviderId;
    const endpointChanged = new AbortController();
    const stopSignal = context.stopSignal
      ? AbortSignal.any([context.stopSignal, endpointChanged.signal])
      : endpointChanged.signal;
    const change: ChangeInProgress = { planned, endpointChanged, recheck: new AbortController(), isOutdated: false };
    this.changes.add(change);
    try {
      const { outcome, completed } = await this.serialize(id, context.abortSignal, () =>
        this.performChange(change, { ...context, stopSignal }),
      );
      await completed;
      return outcome;
    } finally {
      this.changes.delete(change);
    }
  }

  /**
   * Performs a change that reached the front of its queue; `completed` resolves once its journal entry, if any, is
   * completed.
   */
  private async performChange(
    inProgress: ChangeInProgress,
    initialContext: ChangeContext & { readonly stopSignal: AbortSignal },
  ): Promise<{ outcome: ChangeOutcome; completed?: Promise<void> }> {
    const { planned, endpointChanged } = inProgress;
    const { change, sender } = planned;
    const id = change.serviceProviderId;
    const { statuses } = this;
    const { session } = this.sender(id);
    let logged: Logged | undefined;
    for (;;) {
      const recheck = new AbortController();
      inProgress.recheck = recheck;
      const stopSignal = AbortSignal.any([initialContext.stopSignal, recheck.signal]);
      const context = { ...initialContext, stopSignal, ...(sender && { expected: sender }) };
      // A change stopped before it was recorded goes to the client, which sends nothing and reports that.
      const refusal = isOver(initialContext) ? undefined : await this.verify(inProgress, context, statuses);
      if (refusal) {
        if (logged) this.apply(id, { type: 'givenUp' }, statuses);
        return { outcome: refusal, ...(logged && { completed: this.close(logged.logId, completionOf(refusal)) }) };
      }
      // Something changed during verification.
      if (recheck.signal.aborted && !isOver(initialContext)) continue;
      const before = logged ? logged.before : this.certain(id)?.mapping;
      const send = async () =>
        this.unlessRefused(
          planned,
          await sendAndVerify(this.client, change, context, before, this.settleMs, endpointChanged.signal),
        );
      if (!logged) {
        if (isOver(initialContext)) return { outcome: await send() };
        logged = { logId: await this.open(planned, context, before), before, session };
      }
      this.apply(id, { type: 'started', operation: change.operation }, statuses);
      const outcome = await send();
      // Stopped before it was sent, in order to verify it again.
      if (recheck.signal.aborted && !isOver(initialContext) && isUnsent(outcome)) continue;

      const completed = this.close(logged.logId, completionOf(outcome));
      const isCanceled = initialContext.abortSignal?.aborted === true;
      const watched = statuses === this.statuses ? this.watchedAfter(change, outcome, logged, completed) : undefined;
      if (watched) this.watch(watched, isCanceled);
      this.apply(id, this.toStatusEvent(id, outcome, initialContext.stopSignal.aborted), statuses);
      if (isCanceled && !watched && this.status(id).readError) void this.refresh([id]);
      return { outcome, completed };
    }
  }

  /** Returns the change to watch, if it is unconfirmed. */
  private watchedAfter(
    change: MappingChange,
    outcome: ChangeOutcome,
    { logId, before, session }: Logged,
    logged: Promise<void>,
  ): WatchedChange | undefined {
    if (outcome.type !== 'succeeded' && outcome.type !== 'unconfirmed') return undefined;
    const earlier = this.unconfirmed.followedBy(change);
    const id = change.serviceProviderId;
    if (outcome.type === 'succeeded' || !this.isSession(id, session)) return undefined;
    const { failure, reading } = outcome;
    const unconfirmed: ExplainedUnconfirmedChange = {
      change,
      failure,
      ...(before && { before }),
      ...(earlier.length > 0 && { alsoRequested: earlier }),
      ...(!mayTakeEffectLater(failure) && { isProcessed: true }),
    };
    return { unconfirmed, logId, logged, loggedMapping: reading?.mapping, session, isFollowed: false };
  }

  /** Whether the mapping is still read with this session, or with none. */
  private isSession(id: string, session: string | undefined): boolean {
    const now = this.session(id);
    return !now || now === session;
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
    statuses: Map<string, ProviderStatus>,
  ): Promise<ChangeOutcome | undefined> {
    const { change, replaces } = inProgress.planned;
    const id = change.serviceProviderId;
    for (;;) {
      const reason = this.conflictWith(inProgress.planned);
      if (reason) return { type: 'notSent', reason };
      if (!replaces || isOver(context)) return undefined;
      const lastKnown = this.certain(id);
      if (lastKnown && !inProgress.isOutdated && Math.abs(Date.now() - lastKnown.readAtMs) < FRESH_MS)
        return isSameMapping(lastKnown.mapping, replaces)
          ? undefined
          : { type: 'changedMeanwhile', reading: lastKnown };
      inProgress.isOutdated = false;
      const failure = await this.readBefore(id, context, statuses);
      if (failure && !isOver(context)) {
        const reasonNow = this.conflictWith(inProgress.planned);
        return reasonNow ? { type: 'notSent', reason: reasonNow } : { type: 'failed', failure };
      }
    }
  }

  /** Reads the mapping that a change replaces, within that change's queue slot. */
  private async readBefore(
    id: string,
    context: ChangeContext,
    statuses: Map<string, ProviderStatus>,
  ): Promise<ApiFailure | undefined> {
    this.apply(id, { type: 'started', operation: 'get' }, statuses);
    let event: StatusEvent = { type: 'givenUp' };
    try {
      // Do not prompt for a token: the confirmed sender must not change.
      const result = await this.client.get(id, { ...context, interactive: false });
      if (result.ok || !context.stopSignal?.aborted) event = eventAfterRead(result);
      return result.ok ? undefined : result.failure;
    } finally {
      this.apply(id, event, statuses);
    }
  }

  /** Returns what has changed since the user confirmed a change, apart from the mapping itself. */
  private conflictWith({ change: { serviceProviderId: id }, sender }: PlannedWrite): NotSentReason | undefined {
    if (!this.byId.has(id)) return 'notListed';
    if (!sender) return undefined;
    return senderDifference(sender, this.sender(id));
  }

  /** Returns the mapping read last, unless it is stale or unreadable now. */
  private certain(id: string): MappingSnapshot | undefined {
    return certainReading(this.status(id));
  }

  /** Checks later whether an unconfirmed change took effect. */
  private watch(watched: WatchedChange, isAtOnce: boolean): void {
    this.unconfirmed.add(watched);
    const { serviceProviderId: id } = watched.unconfirmed.change;
    const read = async () => {
      if (this.session(id) !== undefined) await this.refresh([id]);
    };
    void this.unconfirmed.check(watched, isAtOnce, read).then(async () => {
      if (!this.unconfirmed.has(watched)) return;
      // The user has since requested another change, and no late effect was seen.
      if (watched.isFollowed) {
        this.unconfirmed.keep(id, (each) => each !== watched);
        this.apply(id);
      }
      const lastKnown = this.certain(id);
      if (lastKnown) await this.complete(watched, lastKnown);
    });
  }

  /** Completes the journal entry of an unconfirmed change, by a mapping that was read later. */
  private async complete(
    { unconfirmed, logId, logged, loggedMapping }: WatchedChange,
    reading: MappingSnapshot,
  ): Promise<void> {
    const closing = completionOfUnconfirmed(unconfirmed, reading);
    if (closing.result === 'succeeded') this.events.emit('lateEffect', unconfirmed.change, logId);
    if (closing.result === 'unconfirmed' && loggedMapping && isSameMapping(loggedMapping, reading.mapping)) return;
    await logged;
    await this.close(logId, closing);
  }

  /**
   * Performs the changes of one operation, several at a time. Their rows show that they are queued.
   *
   * @param stopSignal stops further changes from being sent; those in progress complete
   * @param onSettled called after each change
   * @returns the outcomes, in the order of the changes; undefined for those not started
   * @throws what the journal throws; changes not in progress by then were not sent
   */
  async changeAll(
    changes: readonly PlannedWrite[],
    { operationId, stopSignal, ...context }: ChangeContext & { readonly stopSignal: AbortSignal },
    onSettled: (change: MappingChange, outcome: ChangeOutcome) => void,
  ): Promise<(ChangeOutcome | undefined)[]> {
    const end = new AbortController();
    this.bulkOperations.add(end);
    const over = AbortSignal.any([stopSignal, end.signal]);
    // Each change in progress listens, which is not a leak.
    setMaxListeners(MAX_CONCURRENT_REQUESTS * 4, over);
    for (const { change } of changes) {
      this.apply(change.serviceProviderId, { type: 'queued', operation: change.operation });
    }
    const limit = pLimit(MAX_CONCURRENT_REQUESTS);
    const askedAtMs = performance.now();
    const ended = await Promise.allSettled(
      changes.map((planned) =>
        limit(async () => {
          const { change } = planned;
          if (over.aborted) return undefined;
          const outcome = await this.enqueueChange(planned, {
            askedAtMs,
            ...context,
            operationId,
            stopSignal: over,
          }).catch((error: unknown) => {
            end.abort();
            throw error;
          });
          onSettled(change, outcome);
          return outcome;
        }).finally(() => {
          const { serviceProviderId } = planned.change;
          if (this.status(serviceProviderId).queued) this.apply(serviceProviderId, { type: 'unqueued' });
        }),
      ),
    );
    this.bulkOperations.delete(end);
    this.events.emit('idle');
    return ended.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
  }

  private async open(
    { change, sender, revertsChangeId }: PlannedWrite,
    { operationId, selected }: ChangeContext,
    before: NetworkMapping | undefined,
  ): Promise<string> {
    const id = change.serviceProviderId;
    const name = this.byId.get(id)?.name;
    const { endpoint, account } = sender ?? this.sender(id);
    return this.log.begin({
      operationId,
      ...(selected !== undefined && { selected }),
      ...(revertsChangeId !== undefined && { revertsChangeId }),
      serviceProviderId: id,
      ...(name !== undefined && { name }),
      ...(account !== undefined && { account }),
      endpoint,
      operation: change.operation,
      ...(before && { before }),
      target: targetOf(change),
    });
  }

  private async close(logId: string, closing: ChangeCompletion): Promise<void> {
    try {
      await this.log.complete(logId, closing);
    } catch (error) {
      // The change has its outcome. Its journal entry stays open, and a later start re-reads the mapping.
      this.events.emit('journalWriteFailed', error);
    }
  }

  private toStatusEvent(id: string, outcome: ChangeOutcome, wasStopped: boolean): StatusEvent {
    if (outcome.type === 'succeeded' || outcome.type === 'changedMeanwhile')
      return { type: 'read', reading: outcome.reading };
    if (outcome.type === 'notSent') return { type: 'givenUp' };
    const { failure, reading } = outcome;
    // Stopped before it was sent, as part of an operation: not a failure of this row.
    if (wasStopped && failure.kind === 'canceled' && failure.effect === 'none') return { type: 'givenUp' };
    if (reading) return { type: 'read', reading, failure };
    const readError = 'verificationError' in outcome ? outcome.verificationError : undefined;
    const lastKnown = this.certain(id);
    // Nothing was applied or read, so the last known mapping is still valid.
    if (!readError && failure.effect === 'none' && lastKnown) return { type: 'read', reading: lastKnown, failure };
    return { type: 'readFailed', failure: readError ?? failure, writeFailure: failure };
  }

  /** Restarts all reads in progress with the current sessions and endpoint. */
  private restartReads(): void {
    for (const read of this.reads.values()) read.abort(RESTART);
  }

  /** @returns why the mapping could not be read */
  private async read(id: string, context: RequestContext): Promise<ApiFailure | undefined> {
    const superseded = new AbortController();
    await this.serialize(id, context.abortSignal, async () => {
      // Canceled while queued. If it was never read, call the client anyway, which sends nothing and reports that.
      if (!this.byId.has(id) || (context.abortSignal?.aborted && this.status(id) !== INITIAL_STATUS)) return;
      this.reads.set(id, superseded);
      const signal = context.abortSignal
        ? AbortSignal.any([context.abortSignal, superseded.signal])
        : superseded.signal;
      const { statuses } = this;
      this.apply(id, { type: 'started', operation: 'get' });
      const onWait = (wait: Wait) => {
        // A superseded read may still be in progress.
        if (this.reads.get(id) !== superseded) return;
        context.onWait?.(wait);
        this.apply(id, { type: 'waiting', wait }, statuses);
        this.events.emit('waiting', wait);
      };
      let event: StatusEvent = { type: 'givenUp' };
      try {
        const result = await this.client.get(id, { ...context, abortSignal: signal, onWait });
        if (!superseded.signal.aborted) event = eventAfterRead(result);
      } finally {
        this.reads.delete(id);
        this.apply(id, event, statuses);
      }
    });
    if (superseded.signal.reason === RESTART) return this.read(id, context);
    // Superseded by a newer task, whose result counts once it has completed.
    if (superseded.signal.aborted) await this.queues.get(id);
    return this.status(id).readError;
  }

  /**
   * Runs the task after earlier ones of the same provider; cancels a read in progress. A task canceled while queued
   * runs at once, only to report that.
   */
  private async serialize<T>(id: string, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    this.reads.get(id)?.abort();
    const before = this.queues.get(id) ?? Promise.resolve();
    const queue = abortable(before, signal).then(task, task);
    const all = Promise.allSettled([before, queue]);
    this.queues.set(id, all);
    try {
      return await queue;
    } finally {
      void all.then(() => {
        if (this.queues.get(id) === all) this.queues.delete(id);
      });
    }
  }

  /** @param event undefined if only the newest unconfirmed change has changed */
  private apply(id: string, event?: StatusEvent, statuses = this.statuses): void {
    if (statuses !== this.statuses || !this.byId.has(id)) return;
    const settled = event?.type === 'read' ? this.unconfirmed.read(id, event.reading.mapping) : [];
    statuses.set(id, this.statusAfter(id, this.status(id), event));
    this.events.emit('providerChanged', id);
    if (event?.type === 'read') for (const watched of settled) void this.complete(watched, event.reading);
  }

  private statusAfter(id: string, status: ProviderStatus, event?: StatusEvent | false): ProviderStatus {
    const unconfirmed = this.unconfirmed.newest(id);
    const current =
      status.unconfirmed === unconfirmed ? status : reduceStatus(status, { type: 'unconfirmed', unconfirmed });
    return event ? reduceStatus(current, event) : current;
  }
}

function isOver({ abortSignal, stopSignal }: RequestContext): boolean {
  return abortSignal?.aborted === true || stopSignal?.aborted === true;
}

/** Whether this program did not send a change. */
function isUnsent(outcome: ChangeOutcome): boolean {
  return outcome.type === 'failed' && NOT_SENT.has(outcome.failure.kind) && outcome.failure.effect === 'none';
}

function eventAfterRead(result: Result<NetworkMapping>): StatusEvent {
  if (result.ok) return { type: 'read', reading: { mapping: result.value, readAtMs: Date.now() } };
  return { type: 'readFailed', failure: result.failure };
}

/** Whether two entries are the same row, perhaps with another name; invalid entries must be equal. */
function isSameRow(entry: ConfiguredEntry, before: ConfiguredEntry | undefined): boolean {
  if (entry.type === 'unusable' || before?.type !== 'provider') return isDeepStrictEqual(entry, before);
  return entry.id === before.id;
}
