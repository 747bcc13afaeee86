import { isSameMapping, targetOf, type ChangeSender, type MappingChange } from '../model/networkMapping';
import type { MappingSnapshot, NetworkMapping } from '../model/networkMapping';
import { completionOfUnconfirmed, type ChangeCompletion, type ChangeLog } from './changeLog';
import type { ChangeContext, PlannedWrite } from './plannedWrite';
import type { WatchedChange } from './unconfirmedChanges';

export interface ChangeRecorderOptions {
  /** Returns the name of a service provider in the list. */
  readonly nameOf: (id: string) => string | undefined;
  /** Called when an outcome could not be recorded. */
  readonly onWriteFailed: (error: unknown) => void;
  /** Called when an unconfirmed change was found to have taken effect. */
  readonly onLateEffect: (change: MappingChange, logId: string) => void;
}

/** Records changes and their outcomes in the journal. */
export class ChangeRecorder {
  constructor(
    private readonly log: ChangeLog,
    private readonly options: ChangeRecorderOptions,
  ) {}

  /**
   * @param before the mapping before it, if known
   * @returns the ID of the journal entry
   * @throws what the journal throws if it could not be recorded; then nothing may be sent
   */
  async begin(
    { change, revertsChangeId }: PlannedWrite,
    { endpoint, account }: ChangeSender,
    { operationId, selected }: ChangeContext,
    before: NetworkMapping | undefined,
  ): Promise<string> {
    const id = change.serviceProviderId;
    const name = this.options.nameOf(id);
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

  async complete(logId: string, completion: ChangeCompletion): Promise<void> {
    try {
      await this.log.complete(logId, completion);
    } catch (error) {
      // The change has its outcome. Its journal entry stays open, and a later start re-reads the mapping.
      this.options.onWriteFailed(error);
    }
  }

  /** Completes the journal entry of an unconfirmed change, by a mapping that was read later. */
  async completeLater(
    { unconfirmed, logId, logged, loggedMapping }: WatchedChange,
    reading: MappingSnapshot,
  ): Promise<void> {
    const completion = completionOfUnconfirmed(unconfirmed, reading);
    if (completion.result === 'succeeded') this.options.onLateEffect(unconfirmed.change, logId);
    if (completion.result === 'unconfirmed' && loggedMapping && isSameMapping(loggedMapping, reading.mapping)) return;
    await logged;
    await this.complete(logId, completion);
  }
}
