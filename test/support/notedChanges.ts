import type { ChangeStarted } from '../../src/core/history/changeRecord';
import type { ChangeLog, ChangeCompletion } from '../../src/core/mappings/changeLog';
import { unexpected } from './unexpected';

/** A journal in memory, as strict as the real one is lenient: each note is ended once, and once more when it was in doubt. */
export class RecordedChangeLog implements ChangeLog {
  readonly all: { readonly started: Parameters<ChangeLog['begin']>[0]; closing?: ChangeCompletion }[] = [];
  /** While it is set, nothing can be noted. */
  problem: Error | undefined;

  begin(change: Omit<ChangeStarted, 'id' | 'startedAtMs'>): Promise<string> {
    if (this.problem) return Promise.reject(this.problem);
    this.all.push({ started: change });
    return Promise.resolve(String(this.all.length - 1));
  }

  complete(id: string, closing: ChangeCompletion): Promise<void> {
    if (this.problem) return Promise.reject(this.problem);
    const note = this.all[Number(id)];
    if (!note || (note.closing && note.closing.result !== 'inDoubt'))
      return unexpected(`the end of ${note ? 'an ended' : 'an unknown'} change`);
    note.closing = closing;
    return Promise.resolve();
  }

  /** The changes that were noted and not ended. */
  get unended(): string[] {
    return this.all.filter(({ closing }) => !closing).map(({ started }) => started.serviceProviderId);
  }
}
