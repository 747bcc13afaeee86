// What the mapping store loads with the first change; loaded here so that a test does not have to wait for it.
import '../../src/core/mappings/bulkChanges';
import '../../src/core/mappings/changeExecutor';
import type { NewMappingChange } from '../../src/core/history/changeRecord';
import type { ChangeLog, ChangeCompletion } from '../../src/core/mappings/changeLog';
import { unexpected } from './unexpected';

/** An in-memory journal, stricter than the real one: fails the test if a change is completed twice, unless it was unconfirmed. */
export class RecordedChangeLog implements ChangeLog {
  readonly all: { readonly started: Parameters<ChangeLog['begin']>[0]; closing?: ChangeCompletion }[] = [];
  /** While set, writes fail with it. */
  problem: Error | undefined;

  begin(started: NewMappingChange): Promise<string> {
    if (this.problem) return Promise.reject(this.problem);
    this.all.push({ started });
    return Promise.resolve(String(this.all.length - 1));
  }

  complete(id: string, closing: ChangeCompletion): Promise<void> {
    if (this.problem) return Promise.reject(this.problem);
    const change = this.all[Number(id)];
    if (!change || (change.closing && change.closing.result !== 'unconfirmed'))
      return unexpected(`the completion of ${change ? 'a completed' : 'an unknown'} change`);
    change.closing = closing;
    return Promise.resolve();
  }

  /** The service providers of changes that were recorded and not completed. */
  get unended(): string[] {
    return this.all.filter(({ closing }) => !closing).map(({ started }) => started.serviceProviderId);
  }
}
