import type { ChangeExecutor } from './changeExecutor';
import type { ChangeContext, PlannedWrite } from './plannedWrite';
import type { ProviderQueues } from './providerQueues';
import type { ChangeOutcome } from './sendChange';

/** A change that has not completed. */
export interface ChangeInProgress {
  readonly planned: PlannedWrite;
  /** Aborted when the endpoint changes. */
  readonly endpointChanged: AbortController;
  /** Aborted when what the user confirmed may no longer hold: a change that is not sent yet is verified first. */
  recheck: AbortController;
  /** The mapping is to be read again: another window has changed it since, or the operation asks for it. */
  isOutdated: boolean;
}

interface Dependencies {
  readonly queues: ProviderQueues;
  /** Whether a service provider is in the list. */
  readonly isListed: (id: string) => boolean;
  /** Performs changes; loaded with the first one. */
  readonly executor: () => Promise<Pick<ChangeExecutor, 'perform'>>;
}

/** The changes that are queued or sent, and what stops them before they are sent. */
export class ChangesInProgress {
  private readonly changes = new Set<ChangeInProgress>();

  constructor(private readonly use: Dependencies) {}

  /**
   * Performs a change after earlier tasks of the same provider.
   *
   * @throws what the journal throws if the change could not be recorded; nothing was sent then
   */
  async execute(planned: PlannedWrite, context: ChangeContext): Promise<ChangeOutcome> {
    const id = planned.change.serviceProviderId;
    const endpointChanged = new AbortController();
    const stopSignal = context.stopSignal
      ? AbortSignal.any([context.stopSignal, endpointChanged.signal])
      : endpointChanged.signal;
    const isOutdated = context.readsFirst === true;
    const change: ChangeInProgress = { planned, endpointChanged, recheck: new AbortController(), isOutdated };
    this.changes.add(change);
    try {
      const { outcome, completed } = await this.use.queues.run(id, context.abortSignal, () =>
        this.use.executor().then((executor) => executor.perform(change, { ...context, stopSignal })),
      );
      await completed;
      return outcome;
    } finally {
      this.changes.delete(change);
    }
  }

  /** Stops changes of these providers that are not sent yet, because they were meant for the previous endpoint. */
  onEndpointChanged(ids: ReadonlySet<string>): void {
    for (const { planned, endpointChanged, recheck } of this.changes) {
      if (!ids.has(planned.change.serviceProviderId)) continue;
      endpointChanged.abort();
      recheck.abort();
    }
  }

  /** Stops changes of service providers that are no longer listed, unless they are sent. */
  onListChanged(): void {
    for (const { planned, recheck } of this.changes) {
      if (!this.use.isListed(planned.change.serviceProviderId)) recheck.abort();
    }
  }

  /** Verifies changes of a mapping again that another window has changed, unless they are sent. */
  onChangedInOtherWindow(id: string): void {
    for (const each of this.changes) {
      if (each.planned.change.serviceProviderId !== id) continue;
      each.isOutdated = true;
      if (each.planned.replaces) each.recheck.abort();
    }
  }
}
