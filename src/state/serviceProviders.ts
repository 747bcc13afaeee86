import { EventEmitter, setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { NetworkMappingClient, RequestContext } from '../api/networkMappingClient';
import { accountFor } from '../core/accounts';
import type { ConfiguredEntry, ConfiguredProvider } from '../core/configuredProviders';
import { isUnreachable, type Failure, type Result } from '../core/failure';
import { isSameMapping, wishOf, type MappingChange, type NetworkMapping, type Reading } from '../core/networkMapping';
import {
  nextStatus,
  rowState,
  UNREAD,
  type ProviderStatus,
  type RowState,
  type StatusEvent,
} from '../core/providerStatus';
import { untilAborted } from '../core/untilAborted';
import type { Wait } from '../core/wait';
import { closingOf, closingOfCancelled, type ChangeNotes, type Closing } from './changeNotes';
import { carryOut, holds, SETTLE_MS, type ChangeOutcome } from './confirmedChange';

interface Events {
  /** Which entries are configured, or whether anybody is signed in: every row may look different. */
  reconfigured: [];
  /** The status of one service provider, or its name. */
  changed: [serviceProviderId: string];
  /** A read is to be sent again. */
  waiting: [wait: Wait];
  /** A refresh or a change has come to its end, in whatever way. */
  settled: [];
  /** Another window has changed mappings, which are to be read again when somebody looks. */
  outdated: [];
  /** How a change ended could not be noted. */
  notNoted: [error: unknown];
}

/** For whom a change is made, and as part of what. */
export interface ChangeContext extends RequestContext {
  /** Shared by all changes of one act. */
  readonly actId: string;
  /** The earlier change that this one takes back, by its note. */
  readonly undoes?: string;
}

/** One change of an act on many service providers. */
export interface ActChange {
  readonly change: MappingChange;
  /** What a person was shown that it replaces: it is not sent where the mapping is another by then. */
  readonly replaces?: NetworkMapping;
  readonly undoes?: string;
}

/** Why a read is given up that is to begin again. */
const ANEW = Symbol('anew');

/** Requests of one act that are under way, or wait for the pacer, at the same time. It finds out how many the service takes. */
const REQUESTS_AT_ONCE = 16;

/**
 * The one owner of the configured service providers and of what this window knows of their mappings. Everything that
 * shows a mapping projects it from here; everything that changes one goes through here.
 *
 * For each provider one act is under way at a time: a newer act gives up a read, and waits for a change.
 */
export class ServiceProviders {
  readonly events = new EventEmitter<Events>();
  private configured: readonly ConfiguredEntry[] = [];
  private readonly byId = new Map<string, ConfiguredProvider>();
  private statuses = new Map<string, ProviderStatus>();
  private readonly reads = new Map<string, AbortController>();
  private readonly turns = new Map<string, Promise<unknown>>();
  /** The acts on many that are under way, with what ends them. */
  private readonly acts = new Set<AbortController>();
  /** The changes that have not ended, with what tells them that another service is asked from now on. */
  private readonly changes = new Set<AbortController>();
  private accounts: ReadonlyMap<string, string | undefined> | undefined;
  /** The session of each provider, as it was taken note of last. */
  private sessions = new Map<string, string | undefined>();

  constructor(
    private readonly client: Pick<NetworkMappingClient, 'get' | 'change'>,
    private readonly notes: ChangeNotes,
    private readonly settleMs = SETTLE_MS,
  ) {}

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
    return this.statuses.get(id) ?? UNREAD;
  }

  row(id: string): RowState {
    return rowState(this.status(id), this.accounts && this.session(id) !== undefined);
  }

  /** The service providers whose mapping cannot be told: never read, not readable, or read by an earlier session. */
  get untold(): string[] {
    return [...this.byId.keys()].filter((id) => {
      const { known, doubt, outdated, activity } = this.status(id);
      return !activity && (!known || doubt !== undefined || outdated === true) && this.session(id) !== undefined;
    });
  }

  /** Why no service provider at all can be read, when all of them share the reason. */
  get commonDoubt(): 'unreachable' | 'tokenRefused' | undefined {
    const doubts = new Set<'unreachable' | 'tokenRefused' | undefined>();
    for (const id of this.byId.keys()) {
      if (this.accounts && this.session(id) === undefined) continue;
      const { doubt } = this.status(id);
      if (doubt && isUnreachable(doubt)) doubts.add('unreachable');
      else doubts.add(doubt?.kind === 'unauthorized' ? 'tokenRefused' : undefined);
    }
    return doubts.size === 1 ? [...doubts][0] : undefined;
  }

  /** Takes the entries of the setting. What is known of a provider that stays is kept. */
  configure(entries: readonly ConfiguredEntry[]): void {
    const before = this.configured;
    this.configured = entries;
    this.byId.clear();
    for (const entry of entries) if (entry.type === 'provider') this.byId.set(entry.id, entry);
    for (const id of this.statuses.keys()) {
      if (this.byId.has(id)) continue;
      this.statuses.delete(id);
      this.reads.get(id)?.abort();
    }
    const changed = entries.filter((entry, index) => !isDeepStrictEqual(entry, before[index]));
    const sameRows =
      entries.length === before.length && entries.every((entry, index) => isSameRow(entry, before[index]));
    if (this.followSessions() || !sameRows) this.events.emit('reconfigured');
    else for (const entry of changed) if (entry.type === 'provider') this.events.emit('changed', entry.id);
  }

  /**
   * Takes note of who is signed in. What was read with another session, perhaps of another account, is read again.
   *
   * @param accounts all accounts by name, each with what tells its session from any other, or undefined when it has none
   */
  setAccounts(accounts: ReadonlyMap<string, string | undefined>): void {
    if (isDeepStrictEqual(accounts, this.accounts)) return;
    this.accounts = accounts;
    this.followSessions();
    this.events.emit('reconfigured');
  }

  /**
   * The session that a provider is read with: undefined when its account is signed out, and a text of its own when there is
   * no such account, since the client says that.
   */
  private session(id: string): string | undefined {
    if (!this.accounts || this.signedIn !== true) return undefined;
    const account = this.account(id);
    return account === undefined ? '' : this.accounts.get(account);
  }

  /** The account that serves a provider, where there is one. */
  private account(id: string): string | undefined {
    return this.accounts && accountFor(this.byId.get(id)?.account, [...this.accounts.keys()]);
  }

  /** Takes back what was read with another session than the one of now; tells whether anything was. */
  private followSessions(): boolean {
    const before = this.sessions;
    this.sessions = new Map([...this.byId.keys()].map((id) => [id, this.session(id)]));
    const changed = [...this.sessions].filter(([id, session]) => before.get(id) !== session);
    for (const [id, session] of changed) {
      const status = this.statuses.get(id);
      if (status && session !== undefined) this.statuses.set(id, nextStatus(status, { type: 'outdated' }));
      this.outdateUnderWay(id);
    }
    return changed.length > 0;
  }

  /** Forgets all mappings, because from now on another service is asked. */
  forget(): void {
    // What is still under way keeps the old map and fills it in vain.
    this.statuses = new Map();
    // What is still to come was meant for the service before, and so was what is to be read after it.
    for (const each of [...this.acts, ...this.changes]) each.abort();
    this.readAnew();
    this.events.emit('reconfigured');
  }

  /**
   * Asks the service for the mappings of these providers, several at a time.
   *
   * @param onSettled is called after each provider with its failure, if any
   */
  async refresh(
    ids: readonly string[],
    context: RequestContext = {},
    onSettled?: (id: string, failure: Failure | undefined) => void,
  ): Promise<void> {
    const limit = pLimit(REQUESTS_AT_ONCE);
    const act = { askedAtMs: performance.now(), ...context };
    if (context.signal) setMaxListeners(REQUESTS_AT_ONCE * 4, context.signal);
    await Promise.all(
      ids.map((id) =>
        limit(async () => {
          const failure = await this.read(id, act);
          if (!context.signal?.aborted) onSettled?.(id, failure);
        }),
      ),
    );
    this.events.emit('settled');
  }

  /** Takes note that another window has changed these mappings. */
  changedElsewhere(ids: readonly string[]): void {
    for (const id of ids) {
      if (!this.statuses.has(id) || this.outdateUnderWay(id)) continue;
      this.outdate(id);
    }
  }

  private outdate(id: string): void {
    this.apply(id, { type: 'outdated' });
    this.events.emit('outdated');
  }

  /**
   * What is under way may bring what was true before: a read begins again, a change is looked at when it has ended.
   *
   * @returns whether anything is
   */
  private outdateUnderWay(id: string): boolean {
    const turn = this.turns.get(id);
    if (this.reads.has(id)) this.reads.get(id)?.abort(ANEW);
    else if (turn) {
      void turn.then(() => {
        this.outdate(id);
      });
    }
    return turn !== undefined;
  }

  /**
   * Notes one change, carries it out and brings the row to what the service holds then. A cancelled change ends at once;
   * since it may have been under way, and may still be, its row is read again in the background.
   *
   * @throws what the journal throws when the change could not be noted; nothing was sent then
   */
  async change(change: MappingChange, context: ChangeContext): Promise<ChangeOutcome> {
    const outcome = await this.changeInTurn(change, context);
    this.events.emit('settled');
    return outcome;
  }

  /** Whether an act on many is under way. */
  get isActing(): boolean {
    return this.acts.size > 0;
  }

  private async changeInTurn(
    change: MappingChange,
    context: ChangeContext,
    replaces?: NetworkMapping,
  ): Promise<ChangeOutcome> {
    const moved = new AbortController();
    this.changes.add(moved);
    const stop = context.stop ? AbortSignal.any([context.stop, moved.signal]) : moved.signal;
    try {
      return await this.changeHere(change, { ...context, stop }, moved.signal, replaces);
    } finally {
      this.changes.delete(moved);
    }
  }

  private async changeHere(
    change: MappingChange,
    context: ChangeContext & { readonly stop: AbortSignal },
    moved: AbortSignal,
    replaces: NetworkMapping | undefined,
  ): Promise<ChangeOutcome> {
    const id = change.serviceProviderId;
    const { statuses } = this;
    const { note, outcome } = await this.inTurn(id, context.signal, async () => {
      // Cancelled while it waited: the client sends nothing any more and says so.
      if (isOver(context)) return { outcome: await carryOut(this.client, change, context, this.settleMs, moved) };
      const other = replaces && (await this.otherThan(replaces, id, context));
      if (other) return { outcome: { type: 'changedMeanwhile' as const, reading: other } };
      const note = await this.open(change, context);
      this.apply(id, { type: 'started', operation: change.operation }, statuses);
      const outcome = await carryOut(this.client, change, context, this.settleMs, moved);
      this.apply(id, this.eventAfter(id, outcome, context.stop.aborted), statuses);
      return { note, outcome };
    });
    if ('failure' in outcome && outcome.type !== 'done' && context.signal?.aborted) {
      void this.endCancelled(change, outcome.failure, note, statuses);
    } else if (note !== undefined) await this.close(note, closingOf(outcome));
    return outcome;
  }

  /**
   * Carries out the changes of one act, several at a time. Their rows say that they wait.
   *
   * @param stop lets no further change be sent; those under way come to their end
   * @param onSettled is called after each change
   * @returns the outcomes, in the order of the changes; undefined for those whose turn did not come
   * @throws what the journal throws; changes that were not under way by then were not sent
   */
  async changeAll(
    changes: readonly ActChange[],
    { actId, stop, ...context }: ChangeContext & { readonly stop: AbortSignal },
    onSettled: (change: MappingChange, outcome: ChangeOutcome) => void,
  ): Promise<(ChangeOutcome | undefined)[]> {
    const end = new AbortController();
    this.acts.add(end);
    const over = AbortSignal.any([stop, end.signal]);
    // All that are under way listen, which is no leak.
    setMaxListeners(REQUESTS_AT_ONCE * 4, over);
    for (const { change } of changes) {
      this.apply(change.serviceProviderId, { type: 'queued', operation: change.operation });
    }
    const limit = pLimit(REQUESTS_AT_ONCE);
    const ended = await Promise.allSettled(
      changes.map(({ change, replaces, undoes }) =>
        limit(async () => {
          // Somebody may have taken it off the list meanwhile.
          if (over.aborted || !this.byId.has(change.serviceProviderId)) return undefined;
          const act = { ...context, actId, stop: over, ...(undoes !== undefined && { undoes }) };
          const outcome = await this.changeInTurn(change, act, replaces).catch((error: unknown) => {
            end.abort();
            throw error;
          });
          onSettled(change, outcome);
          return outcome;
        }).finally(() => {
          if (this.status(change.serviceProviderId).queued) {
            this.apply(change.serviceProviderId, { type: 'unqueued' });
          }
        }),
      ),
    );
    this.acts.delete(end);
    this.events.emit('settled');
    return ended.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
  }

  /**
   * What the service holds for a provider, if it is something else than was shown: by what is known, or, where another window
   * has changed it since or another session has begun, by reading it.
   */
  private async otherThan(shown: NetworkMapping, id: string, context: ChangeContext): Promise<Reading | undefined> {
    const { known, doubt, outdated } = this.status(id);
    if (known && !doubt && !outdated) return isSameMapping(known.mapping, shown) ? undefined : known;
    const { stop, ...readContext } = context;
    const { statuses } = this;
    const read = await this.client.get(id, { ...readContext, interactive: false });
    // Nobody can say; the change itself will tell.
    if (!read.ok) return undefined;
    const reading = { mapping: read.value, readAtMs: Date.now() };
    this.apply(id, { type: 'read', reading }, statuses);
    return isSameMapping(reading.mapping, shown) ? undefined : reading;
  }

  private async open(change: MappingChange, { actId, undoes }: ChangeContext): Promise<string> {
    const id = change.serviceProviderId;
    const { known, doubt, outdated } = this.status(id);
    const name = this.byId.get(id)?.name;
    const account = this.account(id);
    return this.notes.open({
      actId,
      ...(undoes !== undefined && { undoes }),
      serviceProviderId: id,
      ...(name !== undefined && { name }),
      ...(account !== undefined && { account }),
      operation: change.operation,
      ...(known && !doubt && !outdated && { before: known.mapping }),
      wished: wishOf(change),
    });
  }

  private async close(note: string, closing: Closing): Promise<void> {
    try {
      await this.notes.close(note, closing);
    } catch (error) {
      // The change itself has ended as it has. Its note stays open, and a later start reads what became of it.
      this.events.emit('notNoted', error);
    }
  }

  /** Reads what became of a change that was cancelled, and notes it. */
  private async endCancelled(
    change: MappingChange,
    failure: Failure,
    note: string | undefined,
    statuses: ReadonlyMap<string, ProviderStatus>,
  ): Promise<void> {
    await this.readAgain(change, failure);
    if (note === undefined) return;
    if (failure.effect === 'none') return this.close(note, closingOf({ type: 'failed', failure }));
    // Another service may be asked by now, which knows nothing of this change.
    const { known, doubt, outdated } = statuses === this.statuses ? this.status(change.serviceProviderId) : UNREAD;
    await this.close(note, closingOfCancelled(change, failure, doubt || outdated ? undefined : known));
  }

  private async readAgain(change: MappingChange, { effect }: Failure): Promise<void> {
    const id = change.serviceProviderId;
    if (effect === 'none' && !this.status(id).doubt) return;
    await this.refresh([id]);
    const { known, doubt } = this.status(id);
    if (effect === 'none' || this.settleMs === 0 || (known && !doubt && holds(known.mapping, change))) return;
    await delay(this.settleMs, undefined, { ref: false });
    await this.refresh([id]);
  }

  private eventAfter(id: string, outcome: ChangeOutcome, wasStopped: boolean): StatusEvent {
    if (outcome.type === 'done' || outcome.type === 'changedMeanwhile')
      return { type: 'read', reading: outcome.reading };
    const { failure, reading } = outcome;
    // Stopped before it was sent, as part of an act: that is no failure of this row.
    if (wasStopped && failure.kind === 'cancelled' && failure.effect === 'none') return { type: 'givenUp' };
    if (reading) return { type: 'read', reading, failure };
    const doubt = outcome.type === 'failed' ? outcome.doubt : undefined;
    const { known, doubt: doubtBefore, outdated } = this.status(id);
    // Nothing was carried out and nothing asked, so what was known before still is.
    if (!doubt && failure.effect === 'none' && known && !doubtBefore && !outdated)
      return { type: 'read', reading: known, failure };
    return { type: 'readFailed', failure: doubt ?? failure, writeFailure: failure };
  }

  /** Lets every read that is under way begin again, as whoever is signed in now and at the endpoint of now. */
  private readAnew(): void {
    for (const read of this.reads.values()) read.abort(ANEW);
  }

  /** @returns why the mapping cannot be told now */
  private async read(id: string, context: RequestContext): Promise<Failure | undefined> {
    const superseded = new AbortController();
    await this.inTurn(id, context.signal, async () => {
      // Cancelled while it waited. One that was never read asks the client all the same, which sends nothing and says so.
      if (!this.byId.has(id) || (context.signal?.aborted && this.status(id) !== UNREAD)) return;
      this.reads.set(id, superseded);
      const signal = context.signal ? AbortSignal.any([context.signal, superseded.signal]) : superseded.signal;
      const { statuses } = this;
      this.apply(id, { type: 'started', operation: 'get' });
      const onWait = (wait: Wait) => {
        // One that nobody waits for any more may still be under way.
        if (this.reads.get(id) !== superseded) return;
        context.onWait?.(wait);
        this.apply(id, { type: 'waiting', wait }, statuses);
        this.events.emit('waiting', wait);
      };
      let event: StatusEvent = { type: 'givenUp' };
      try {
        event = eventAfterRead(await this.client.get(id, { ...context, signal, onWait }), superseded.signal);
      } finally {
        this.reads.delete(id);
        this.apply(id, event, statuses);
      }
    });
    if (superseded.signal.reason === ANEW) return this.read(id, context);
    // Given up for something newer, which tells the mapping, or why it cannot be told, when it has ended.
    if (superseded.signal.aborted) await this.turns.get(id);
    return this.status(id).doubt;
  }

  /**
   * Runs the act when those before it on the same provider have ended; a read before it is given up. An act that is
   * cancelled while it waits runs at once, to say so, and does nothing else.
   */
  private async inTurn<T>(id: string, signal: AbortSignal | undefined, act: () => Promise<T>): Promise<T> {
    this.reads.get(id)?.abort();
    const before = this.turns.get(id) ?? Promise.resolve();
    const turn = untilAborted(before, signal).then(act, act);
    const all = Promise.allSettled([before, turn]);
    this.turns.set(id, all);
    try {
      return await turn;
    } finally {
      void all.then(() => {
        if (this.turns.get(id) === all) this.turns.delete(id);
      });
    }
  }

  private apply(id: string, event: StatusEvent, statuses = this.statuses): void {
    if (statuses !== this.statuses || !this.byId.has(id)) return;
    statuses.set(id, nextStatus(this.status(id), event));
    this.events.emit('changed', id);
  }
}

function isOver({ signal, stop }: RequestContext): boolean {
  return signal?.aborted === true || stop?.aborted === true;
}

function eventAfterRead(result: Result<NetworkMapping>, superseded: AbortSignal): StatusEvent {
  if (superseded.aborted) return { type: 'givenUp' };
  if (result.ok) return { type: 'read', reading: { mapping: result.value, readAtMs: Date.now() } };
  return { type: 'readFailed', failure: result.failure };
}

/** Whether two entries are one row that at most looks different; of entries that cannot be used, only the same are. */
function isSameRow(entry: ConfiguredEntry, before: ConfiguredEntry | undefined): boolean {
  if (entry.type === 'unusable' || before?.type !== 'provider') return isDeepStrictEqual(entry, before);
  return entry.id === before.id;
}
