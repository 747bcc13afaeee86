import { setTimeout as delay } from 'node:timers/promises';
import {
  isSameMapping,
  leavesUnconfirmed,
  targetOf,
  type MappingChange,
  type NetworkMapping,
} from '../model/networkMapping';
import type { ExplainedUnconfirmedChange } from './providerStatus';

/** How long after a change without an answer its mapping is read again, in milliseconds. */
export const LATE_EFFECT_CHECKS_MS: readonly number[] = [5_000, 15_000, 60_000];

/** An unconfirmed change with what its journal entry is completed with. */
export interface WatchedChange {
  unconfirmed: ExplainedUnconfirmedChange;
  /** Its journal entry. */
  readonly logId: string;
  /** Resolves when its journal entry says that it is unconfirmed. */
  readonly logged: Promise<void>;
  /** The mapping that its journal entry tells. */
  readonly loggedMapping: NetworkMapping | undefined;
  /** The session that sent it. Only what this session reads tells what became of it. */
  readonly session: string | undefined;
  /** Whether another change was sent after it. */
  isFollowed: boolean;
}

/** The changes whose outcome is unconfirmed, and the checks whether they took effect later. */
export class UnconfirmedChanges {
  /** Those of each service provider, the newest last. */
  private readonly watched = new Map<string, readonly WatchedChange[]>();

  /** @param checksMs when to read, in milliseconds after the change ended, ascending */
  constructor(private readonly checksMs: readonly number[]) {}

  /** The newest one of a service provider. */
  newest(id: string): ExplainedUnconfirmedChange | undefined {
    return this.watched.get(id)?.at(-1)?.unconfirmed;
  }

  add(watched: WatchedChange): void {
    const { serviceProviderId: id } = watched.unconfirmed.change;
    this.watched.set(id, [...(this.watched.get(id) ?? []), watched]);
  }

  /**
   * Takes note that another change was sent. Those before it that requested the same end: the mapping would not tell which of
   * them took effect. To the others, what it requested is no newer mapping by others.
   *
   * @returns what those before it request that have not ended
   */
  followedBy(change: MappingChange): NetworkMapping[] {
    const id = change.serviceProviderId;
    const requested = targetOf(change);
    this.keep(id, ({ unconfirmed }) => !isSameMapping(targetOf(unconfirmed.change), requested));
    return (this.watched.get(id) ?? []).map((watched) => {
      const { alsoRequested = [], ...unconfirmed } = watched.unconfirmed;
      watched.unconfirmed = { ...unconfirmed, alsoRequested: [...alsoRequested, requested] };
      watched.isFollowed = true;
      return targetOf(unconfirmed.change);
    });
  }

  /** Takes note of what was read; returns those whose outcome is known by it, which have ended. */
  read(id: string, mapping: NetworkMapping): WatchedChange[] {
    const settled: WatchedChange[] = [];
    this.keep(id, (watched) => {
      const { unconfirmed } = watched;
      if (!leavesUnconfirmed(mapping, unconfirmed)) {
        settled.push(watched);
        return false;
      }
      // Where the mapping before it is not known, a later one that differs from this is by others.
      if (!unconfirmed.before) watched.unconfirmed = { ...unconfirmed, before: mapping };
      return true;
    });
    return settled;
  }

  /** Ends those of a service provider that are not to be kept. */
  keep(id: string, isKept: (watched: WatchedChange) => boolean): void {
    const kept = (this.watched.get(id) ?? []).filter(isKept);
    if (kept.length > 0) this.watched.set(id, kept);
    else this.watched.delete(id);
  }

  /** Ends all: another service is used from now on. */
  clear(): void {
    this.watched.clear();
  }

  has(watched: WatchedChange): boolean {
    return this.watched.get(watched.unconfirmed.change.serviceProviderId)?.includes(watched) ?? false;
  }

  /**
   * Has the mapping read a few times. Resolves when the change has ended, or after the last check.
   *
   * @param isAtOnce also reads immediately, since nothing has been read after the change
   */
  async check(watched: WatchedChange, isAtOnce: boolean, read: () => Promise<void>): Promise<void> {
    let elapsedMs = 0;
    for (const atMs of isAtOnce ? [0, ...this.checksMs] : this.checksMs) {
      // Not what keeps a process alive: another start reads it, too.
      if (atMs > elapsedMs) await delay(atMs - elapsedMs, undefined, { ref: false });
      elapsedMs = atMs;
      if (!this.has(watched)) return;
      await read();
    }
  }
}
