import type { OpenedChange } from '../../src/core/history/changeRecord';
import type { ChangeNotes, Closing } from '../../src/core/mappings/changeLog';
import { unexpected } from './unexpected';

/** A journal in memory, as strict as the real one is lenient: each note is ended once, and once more when it was in doubt. */
export class NotedChanges implements ChangeNotes {
  readonly all: { readonly opened: Parameters<ChangeNotes['open']>[0]; closing?: Closing }[] = [];
  /** While it is set, nothing can be noted. */
  problem: Error | undefined;

  open(change: Omit<OpenedChange, 'id' | 'openedAtMs'>): Promise<string> {
    if (this.problem) return Promise.reject(this.problem);
    this.all.push({ opened: change });
    return Promise.resolve(String(this.all.length - 1));
  }

  close(id: string, closing: Closing): Promise<void> {
    if (this.problem) return Promise.reject(this.problem);
    const note = this.all[Number(id)];
    if (!note || (note.closing && note.closing.result !== 'inDoubt'))
      return unexpected(`the end of ${note ? 'an ended' : 'an unknown'} change`);
    note.closing = closing;
    return Promise.resolve();
  }

  /** The changes that were noted and not ended. */
  get unended(): string[] {
    return this.all.filter(({ closing }) => !closing).map(({ opened }) => opened.serviceProviderId);
  }
}
