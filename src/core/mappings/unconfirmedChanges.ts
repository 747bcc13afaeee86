import { setTimeout as delay } from 'node:timers/promises';
import {
  isSameMapping,
  leavesUnconfirmed,
  targetOf,
  type MappingChange,
  type MappingSnapshot,
  type NetworkMapping,
} from '../model/networkMapping';
import type { ExplainedUnconfirmedChange } from './providerStatus';

/** When the mapping is re-read after a change without a response, in milliseconds. */
export const LATE_EFFECT_CHECKS_MS: readonly number[] = [5_000, 15_000, 60_000];

/** An unconfirmed change, with what is needed to complete its journal entry. */
export interface WatchedChange {
  unconfirmed: ExplainedUnconfirmedChange;
  /** The ID of its journal entry. */
  readonly logId: string;
  /** Resolves when its journal entry is marked unconfirmed. */
  readonly logged: Promise<void>;
  /** The mapping in its journal entry. */
  readonly loggedMapping: NetworkMapping | undefined;
  /** The session that sent it. Only reads with this session show its outcome. */
  readonly session: string | undefined;
  /** Whether another change was sent after it. */
  isFollowed: boolean;
}

/** The unconfirmed changes, and the checks whether they took effect later. */
export class UnconfirmedChanges {
  /** By service provider, the newest last. */
  private readonly watched = new Map<string, readonly WatchedChange[]>();

  /** @param checksMs when to read, in milliseconds after the change ended, ascending */
  constructor(private readonly checksMs: readonly number[]) {}

  /** Returns the newest unconfirmed change of a service provider. */
  newest(id: string): ExplainedUnconfirmedChange | undefined {
    return this.watched.get(id)?.at(-1)?.unconfirmed;
  }

  add(watched: WatchedChange): void {
    const { serviceProviderId: id } = watched.unconfirmed.change;
    this.watched.set(id, [...(this.watched.get(id) ?? []), watched]);
  }

  /**
   * Records that another change was sent. Drops earlier ones that requested the same mapping, because it would not show
   * which of them took effect. The others remember what it requested, so that this does not count as a change by
   * others.
   *
   * @returns what the remaining earlier changes request
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

  /** Records a mapping that was read; returns the changes whose outcome it shows, which are removed. */
  read(id: string, reading: MappingSnapshot): WatchedChange[] {
    const settled: WatchedChange[] = [];
    this.keep(id, (watched) => {
      const { unconfirmed } = watched;
      if (!leavesUnconfirmed(reading, unconfirmed)) {
        settled.push(watched);
        return false;
      }
      // If the previous mapping is unknown, a later one that differs from this one is by others.
      if (!unconfirmed.before) watched.unconfirmed = { ...unconfirmed, before: reading.mapping };
      return true;
    });
    return settled;
  }

  /** Removes the changes of a service provider that do not pass `isKept`. */
  keep(id: string, isKept: (watched: WatchedChange) => boolean): void {
    const remaining = (this.watched.get(id) ?? []).filter(isKept);
    if (remaining.length > 0) this.watched.set(id, remaining);
    else this.watched.delete(id);
  }

  has(watched: WatchedChange): boolean {
    return this.watched.get(watched.unconfirmed.change.serviceProviderId)?.includes(watched) ?? false;
  }

  /**
   * Reads the mapping several times. Resolves when the change is removed, or after the last check.
   *
   * @param isAtOnce also reads immediately, because nothing was read after the change
   */
  async check(watched: WatchedChange, isAtOnce: boolean, read: () => Promise<void>): Promise<void> {
    let elapsedMs = 0;
    for (const atMs of isAtOnce ? [0, ...this.checksMs] : this.checksMs) {
      // Do not keep the process alive for this: the next start also reads it.
      if (atMs > elapsedMs) await delay(atMs - elapsedMs, undefined, { ref: false });
      elapsedMs = atMs;
      if (!this.has(watched)) return;
      await read();
    }
  }
}
