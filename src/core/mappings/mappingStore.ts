import { EventEmitter, setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { lazy } from '../async/lazy';
import { LinkedSignal } from '../async/linkedSignal';
import type { NetworkMappingClient } from '../api/networkMappingClient';
import type { OnboardingClient } from '../api/onboardingClient';
import type { RequestContext } from '../api/serviceClient';
import type { ConfiguredEntry, ConfiguredProvider } from '../model/configuredProviders';
import { isUnreachable, type ApiFailure, type Result } from '../failures/apiFailure';
import type { ChangeSender, MappingChange, NetworkMapping } from '../model/networkMapping';
import type { Wait } from '../failures/waitReason';
import type { ChangeExecutor } from './changeExecutor';
import { ChangesInProgress } from './changesInProgress';
import type { ChangeLog } from './changeLog';
import type { ChangeContext, PlannedWrite } from './plannedWrite';
import { ProviderQueues } from './providerQueues';
import { ProviderSessions } from './providerSessions';
import {
  eventAfterRead,
  rememberedExistence,
  rowState,
  type ProviderStatus,
  type RowState,
  type StatusEvent,
} from './providerStatus';
import { ProviderStatuses } from './providerStatuses';
import { ReadOrder } from './readOrder';
import type { ChangeOutcome } from './sendChange';
import { LATE_EFFECT_CHECKS_MS } from './unconfirmedChanges';

interface Events {
  /** The configured entries, or whether an account is signed in, so every row may look different. */
  entriesChanged: [];
  /** The status of one service provider, its name, or whether it differs from a mapping file. */
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

interface Options {
  /** Reads a service provider itself, which tells what it means that no mapping was found. */
  readonly readProvider?: OnboardingClient['read'];
  /** Returns the current API endpoint of an account. */
  readonly endpoint?: (account: string) => string;
  /** How long after a failed change its mapping is re-read, in milliseconds. */
  readonly settleMs?: number;
  /** When the mapping is re-read after a change without a response, in milliseconds. */
  readonly checksMs?: readonly number[];
}

/** How a mapping is read. */
interface ReadContext extends RequestContext {
  /** Whether it is asked again whether a service provider exists that is not mapped. */
  readonly asksAgain?: boolean;
}

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
  private ofSetting: readonly ConfiguredEntry[] = [];
  private ofFiles: readonly ConfiguredProvider[] = [];
  private readonly byId = new Map<string, ConfiguredProvider>();
  private differences: ReadonlyMap<string, string> = new Map();
  /** The bulk operations in progress, each with the controller that stops it and the service providers it changes. */
  private readonly bulkOperations = new Map<AbortController, readonly string[]>();

  private readonly sessions: ProviderSessions;
  private readonly statuses: ProviderStatuses;
  private readonly queues = new ProviderQueues();
  /** Performs changes; loaded with the first one. */
  private readonly executor: () => Promise<ChangeExecutor>;
  private readonly changes: ChangesInProgress;
  private readonly readProvider: OnboardingClient['read'] | undefined;

  constructor(
    private readonly client: Pick<NetworkMappingClient, 'get' | 'change'>,
    log: ChangeLog,
    { readProvider, endpoint = () => '', settleMs, checksMs = LATE_EFFECT_CHECKS_MS }: Options = {},
  ) {
    const { events, queues } = this;
    const isListed = (id: string) => this.byId.has(id);
    const sessions = new ProviderSessions((id) => this.byId.get(id)?.account, endpoint);
    const statuses = new ProviderStatuses({
      isListed,
      onChanged: (id) => events.emit('providerChanged', id),
      onConfirmed: (change, reading) =>
        void this.executor().then((executor) => executor.completeLater(change, reading)),
      checksMs,
    });
    this.executor = lazy(async () => {
      const { ChangeExecutor } = await import('./changeExecutor');
      return new ChangeExecutor({
        client,
        log,
        sessions,
        statuses,
        isListed,
        nameOf: (id) => this.byId.get(id)?.name,
        refresh: (id) => this.refresh([id]),
        onWait: (wait) => events.emit('waiting', wait),
        onWriteFailed: (error) => events.emit('journalWriteFailed', error),
        onLateEffect: (change, logId) => events.emit('lateEffect', change, logId),
        settleMs,
      });
    });
    this.changes = new ChangesInProgress({ queues, isListed, executor: this.executor });
    this.sessions = sessions;
    this.statuses = statuses;
    this.readProvider = readProvider;
  }

  get entries(): readonly ConfiguredEntry[] {
    return this.configured;
  }

  get providers(): readonly ConfiguredProvider[] {
    return [...this.byId.values()];
  }

  /** Whether any account is signed in; undefined until the stored sessions were read. */
  get signedIn(): boolean | undefined {
    return this.sessions.signedIn;
  }

  provider(id: string): ConfiguredProvider | undefined {
    return this.byId.get(id);
  }

  status(id: string): ProviderStatus {
    return this.statuses.get(id);
  }

  row(id: string): RowState {
    return rowState(this.status(id), this.sessions.isKnown ? this.sessions.of(id) !== undefined : undefined);
  }

  /** Returns who would send a change of this provider now, and where to. */
  sender(id: string): ChangeSender {
    return this.sessions.sender(id);
  }

  /** Returns the names of the open mapping files that want another mapping than this provider has. */
  differsFrom(id: string): string | undefined {
    return this.differences.get(id);
  }

  /**
   * Sets which providers differ from open mapping files.
   *
   * @param differences the names of the files by service provider ID
   */
  setDifferences(differences: ReadonlyMap<string, string>): void {
    const before = this.differences;
    this.differences = differences;
    for (const id of new Set([...before.keys(), ...differences.keys()]))
      if (this.byId.has(id) && before.get(id) !== differences.get(id)) this.events.emit('providerChanged', id);
  }

  /** Whether a bulk operation is in progress. */
  get isBulkRunning(): boolean {
    return this.bulkOperations.size > 0;
  }

  /**
   * The service providers whose mapping is unknown or stale: never read, unreadable, or read with an earlier session.
   */
  get needingRefresh(): string[] {
    return [...this.byId.keys()].filter(
      (id) => !this.status(id).inFlight && !this.statuses.certain(id) && this.sessions.of(id) !== undefined,
    );
  }

  /** Why no service provider can be read, if all share the reason. */
  get commonReadError(): 'unreachable' | 'tokenRefused' | undefined {
    const readErrors = new Set<'unreachable' | 'tokenRefused' | undefined>();
    for (const id of this.byId.keys()) {
      if (this.sessions.isKnown && this.sessions.of(id) === undefined) continue;
      const { readError } = this.status(id);
      if (readError && isUnreachable(readError)) readErrors.add('unreachable');
      else readErrors.add(readError?.kind === 'unauthorized' ? 'tokenRefused' : undefined);
    }
    return readErrors.size === 1 ? [...readErrors][0] : undefined;
  }

  /** Sets the entries of the setting. Keeps what is known about providers that remain. */
  setEntries(entries: readonly ConfiguredEntry[]): void {
    this.ofSetting = entries;
    this.list();
  }

  /** Sets the providers of the open mapping files, which are listed after those of the setting, unless it has them, too. */
  setFileProviders(providers: readonly ConfiguredProvider[]): void {
    this.ofFiles = providers;
    this.list();
  }

  private list(): void {
    const before = this.configured;
    const inSetting = new Set(this.ofSetting.map((entry) => (entry.type === 'provider' ? entry.id : undefined)));
    const entries = [...this.ofSetting, ...this.ofFiles.filter(({ id }) => !inSetting.has(id))];
    this.configured = entries;
    this.byId.clear();
    for (const entry of entries) if (entry.type === 'provider') this.byId.set(entry.id, entry);
    for (const id of this.statuses.removeUnlisted()) this.queues.cancelRead(id);
    this.changes.onListChanged();
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
    if (!this.sessions.set(accounts)) return;
    this.followSessions();
    this.events.emit('entriesChanged');
  }

  /** Discards the mappings of service providers whose endpoint has changed: they are of another service. */
  followEndpoints(): void {
    if (this.followSessions()) this.events.emit('entriesChanged');
  }

  /**
   * Marks mappings stale that were read with another session than the current one, and discards those read from another
   * endpoint; returns whether there were any.
   */
  private followSessions(): boolean {
    const { sessions: changed, endpoints } = this.sessions.changedSinceLastCall(this.byId.keys());
    this.discard(new Set(endpoints));
    for (const id of changed) {
      // Another session's reads do not show a change's outcome; without a session, nothing is read.
      this.statuses.unconfirmed.keep(id, ({ session }) => this.sessions.isCurrent(id, session));
      this.statuses.updateExisting(id, this.sessions.of(id) === undefined ? undefined : { type: 'markedStale' });
      this.restartOrMarkStale(id);
    }
    return changed.length + endpoints.length > 0;
  }

  private discard(ids: ReadonlySet<string>): void {
    if (ids.size === 0) return;
    for (const id of ids) this.statuses.discard(id);
    for (const [operation, changed] of this.bulkOperations) if (changed.some((id) => ids.has(id))) operation.abort();
    this.changes.onEndpointChanged(ids);
    for (const id of ids) if (this.queues.isReading(id)) this.queues.restartRead(id);
  }

  /** Marks mappings that another window has changed. */
  markChangedInOtherWindow(ids: readonly string[]): void {
    for (const id of ids) {
      this.changes.onChangedInOtherWindow(id);
      if (!this.statuses.has(id)) continue;
      // A restarted read may be canceled: mark the earlier mapping stale as well.
      const isBeingRead = this.queues.isReading(id);
      if (!this.restartOrMarkStale(id)) this.markStale(id);
      else if (isBeingRead) this.statuses.apply(id, { type: 'markedStale' });
    }
  }

  private markStale(id: string): void {
    this.statuses.apply(id, { type: 'markedStale' });
    this.events.emit('becameStale');
  }

  /**
   * Restarts a read in progress, and re-checks after a change in progress: either may return an outdated mapping.
   *
   * @returns whether anything is in progress
   */
  private restartOrMarkStale(id: string): boolean {
    const pending = this.queues.pending(id);
    if (this.queues.isReading(id)) this.queues.restartRead(id);
    else if (pending) {
      void pending.then(() => {
        this.markStale(id);
      });
    }
    return pending !== undefined;
  }

  /**
   * Reads the mappings of these providers, several at a time. Where none is found, reads the service provider, unless it
   * is known whether that exists.
   *
   * @param ids taken one by one as requests end, so that their order may change meanwhile
   * @param onSettled called after each provider with its failure, if any
   */
  async refresh(
    ids: readonly string[] | ReadOrder,
    context: ReadContext = {},
    onSettled?: (id: string, failure: ApiFailure | undefined) => void,
  ): Promise<void> {
    const task = { askedAtMs: performance.now(), ...context };
    if (context.abortSignal) setMaxListeners(MAX_CONCURRENT_REQUESTS * 4, context.abortSignal);
    const order = ids instanceof ReadOrder ? ids : new ReadOrder(ids);
    if (order !== ids) order.prefer(ids as readonly string[]);
    const wasRead = new Set<string>();
    const readOneByOne = async () => {
      for (const id of order) {
        if (wasRead.has(id)) await this.lookUp(id, task);
        else {
          wasRead.add(id);
          await this.read(id, task);
          if (this.needsLookUp(id, task)) {
            order.repeat(id);
            continue;
          }
        }
        if (!context.abortSignal?.aborted) onSettled?.(id, this.status(id).readError);
      }
    };
    await Promise.all(Array.from({ length: MAX_CONCURRENT_REQUESTS }, readOneByOne));
    this.events.emit('idle');
  }

  private async read(id: string, context: RequestContext): Promise<void> {
    await this.queues.runRead(id, context.abortSignal, (superseded) => this.readMapping(id, context, superseded));
  }

  private async readMapping(id: string, context: RequestContext, superseded: AbortSignal): Promise<void> {
    // Canceled while queued. If its mapping is not certain, call the client anyway, which sends nothing and reports that.
    if (!this.byId.has(id) || (context.abortSignal?.aborted && this.statuses.certain(id))) return;
    const canceled = new LinkedSignal([context.abortSignal, superseded]);
    const generation = this.statuses.generation(id);
    this.statuses.apply(id, { type: 'started', operation: 'get' });
    let hasEnded = false;
    const onWait = (wait: Wait) => {
      // Its request may still be in progress, for another caller.
      if (hasEnded || superseded.aborted) return;
      context.onWait?.(wait);
      this.statuses.apply(id, { type: 'waiting', wait }, generation);
      this.events.emit('waiting', wait);
    };
    let event: StatusEvent = { type: 'abandoned' };
    try {
      const result = await this.client.get(id, { ...context, abortSignal: canceled.signal, onWait });
      if (!superseded.aborted) event = eventAfterRead(result);
    } finally {
      hasEnded = true;
      canceled.end();
      if (event.type === 'read' && this.readProvider && !rememberedExistence(this.status(id)))
        event = { ...event, existence: { type: 'pending' } };
      this.statuses.apply(id, event, generation);
    }
  }

  /** Whether it is to be asked whether a service provider exists, because its mapping was not found. */
  private needsLookUp(id: string, { asksAgain }: ReadContext = {}): boolean {
    if (!this.readProvider || this.statuses.certain(id)?.mapping.type !== 'notMapped') return false;
    const type = this.status(id).existence?.type;
    return asksAgain === true || type === undefined || type === 'pending';
  }

  /** Asks whether a service provider exists. Reads its mapping again first if that is not certain any more. */
  private async lookUp(id: string, context: ReadContext): Promise<void> {
    const { readProvider } = this;
    if (!readProvider) return;
    const { lookUp } = await import('./lookUp');
    await this.queues.runRead(id, context.abortSignal, async (superseded) => {
      if (!this.byId.has(id)) return;
      if (!this.statuses.certain(id)) await this.readMapping(id, context, superseded);
      if (!this.needsLookUp(id, context)) return;
      await lookUp(id, { ...context, expected: this.sender(id) }, superseded, readProvider, this.statuses);
    });
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
    const lastKnown = this.statuses.certain(id);
    const { readError } = this.status(id);
    if (lastKnown) return { ok: true, value: lastKnown.mapping };
    return readError && { ok: false, failure: readError };
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
    const outcome = await this.execute({ ...expected, change }, context);
    this.events.emit('idle');
    return outcome;
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
    context: ChangeContext & { readonly stopSignal: AbortSignal },
    onSettled: (change: MappingChange, outcome: ChangeOutcome) => void,
  ): Promise<(ChangeOutcome | undefined)[]> {
    const end = new AbortController();
    this.bulkOperations.set(
      end,
      changes.map(({ change }) => change.serviceProviderId),
    );
    try {
      const { changeAll } = await import('./bulkChanges');
      return await changeAll(changes, context, onSettled, {
        statuses: this.statuses,
        execute: (...change) => this.execute(...change),
        end,
        atOnce: MAX_CONCURRENT_REQUESTS,
      });
    } finally {
      this.bulkOperations.delete(end);
      this.events.emit('idle');
    }
  }

  /** Runs a task between the reads and changes of a service provider. */
  exclusively<T>(id: string, task: () => Promise<T>): Promise<T> {
    return this.queues.run(id, undefined, task);
  }

  private async execute(planned: PlannedWrite, context: ChangeContext): Promise<ChangeOutcome> {
    const outcome = await this.changes.execute(planned, context);
    // Nothing was mapped any more, for reasons of others.
    const id = planned.change.serviceProviderId;
    if (this.needsLookUp(id)) void this.lookUp(id, {});
    return outcome;
  }
}

/** Whether two entries are the same row, perhaps with another name; invalid entries must be equal. */
function isSameRow(entry: ConfiguredEntry, before: ConfiguredEntry | undefined): boolean {
  if (entry.type === 'invalid' || before?.type !== 'provider') return isDeepStrictEqual(entry, before);
  return entry.id === before.id;
}
