import type { MappingSnapshot } from '../model/networkMapping';
import { certainReading, reduceStatus, INITIAL_STATUS, type ProviderStatus, type StatusEvent } from './providerStatus';
import { UnconfirmedChanges, type WatchedChange } from './unconfirmedChanges';

interface Options {
  /** Whether a service provider is in the list. */
  readonly isListed: (id: string) => boolean;
  /** Called after a status has changed. */
  readonly onChanged: (id: string) => void;
  /** Called when a read shows the outcome of an unconfirmed change. */
  readonly onConfirmed: (change: WatchedChange, reading: MappingSnapshot) => void;
  /** See {@link UnconfirmedChanges}. */
  readonly checksMs: readonly number[];
}

/** Which endpoint a status belongs to; see {@link ProviderStatuses.generation}. */
export type Generation = number;

/** The status of each service provider's mapping. Changes only through {@link reduceStatus}. */
export class ProviderStatuses {
  readonly unconfirmed: UnconfirmedChanges;
  private readonly statuses = new Map<string, ProviderStatus>();
  /** How often each was discarded. */
  private readonly generations = new Map<string, Generation>();

  constructor(private readonly options: Options) {
    this.unconfirmed = new UnconfirmedChanges(options.checksMs);
  }

  /**
   * Changes with each {@link discard}. A request remembers the one it started in, so that its result has no effect once
   * the endpoint has changed.
   */
  generation(id: string): Generation {
    return this.generations.get(id) ?? 0;
  }

  get(id: string): ProviderStatus {
    return this.statuses.get(id) ?? INITIAL_STATUS;
  }

  has(id: string): boolean {
    return this.statuses.has(id);
  }

  /** Returns the mapping read last, unless it is stale or unreadable now. */
  certain(id: string): MappingSnapshot | undefined {
    return certainReading(this.get(id));
  }

  /** @param event undefined if only the newest unconfirmed change has changed */
  apply(id: string, event?: StatusEvent, generation = this.generation(id)): void {
    if (generation !== this.generation(id) || !this.options.isListed(id)) return;
    const confirmed = event?.type === 'read' ? this.unconfirmed.read(id, event.reading) : [];
    this.update(id, event);
    this.options.onChanged(id);
    if (event?.type === 'read') for (const change of confirmed) this.options.onConfirmed(change, event.reading);
  }

  /** Updates a status, if there is one, without a notification. */
  updateExisting(id: string, event?: StatusEvent): void {
    if (this.has(id)) this.update(id, event);
  }

  private update(id: string, event?: StatusEvent): void {
    const status = this.get(id);
    const unconfirmed = this.unconfirmed.newest(id);
    const current =
      status.unconfirmed === unconfirmed ? status : reduceStatus(status, { type: 'unconfirmed', unconfirmed });
    this.statuses.set(id, event ? reduceStatus(current, event) : current);
  }

  /** Removes providers that are no longer listed; returns their IDs. */
  removeUnlisted(): string[] {
    const removed = [...this.statuses.keys()].filter((id) => !this.options.isListed(id));
    for (const id of removed) this.statuses.delete(id);
    return removed;
  }

  /** Discards everything about a provider, because its endpoint has changed. */
  discard(id: string): void {
    this.statuses.delete(id);
    this.generations.set(id, this.generation(id) + 1);
    this.unconfirmed.keep(id, () => false);
  }
}
