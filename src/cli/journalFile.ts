import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { NO_LINK, PRIVATE_FILE } from '../core/crossWindow/privateFiles';
import { JournalError } from '../core/history/journalError';
import { toLine, validated, type JournalRecord, type Writer } from '../core/history/journalRecord';
import type { ChangeLog } from '../core/mappings/changeLog';

const APPEND = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | NO_LINK;

/** Records nothing: for a run without a journal. */
export const NO_JOURNAL: ChangeLog = {
  begin: () => Promise.resolve(randomUUID()),
  complete: () => Promise.resolve(),
};

/**
 * A journal in one file, in the format of the extension's: a line before each change is sent, and one with its outcome.
 * Several runs may append to it at the same time.
 */
export class JournalFile implements ChangeLog {
  private readonly writer: Writer = { host: hostname(), pid: process.pid, id: randomUUID() };
  private readonly serviceProviders = new Map<string, string>();

  constructor(private readonly file: string) {}

  /** @throws JournalError if it could not be written; then nothing may be sent */
  async begin(change: Parameters<ChangeLog['begin']>[0]): Promise<string> {
    const id = randomUUID();
    await this.append({ type: 'started', writer: this.writer, change: { ...change, id, startedAtMs: Date.now() } });
    this.serviceProviders.set(id, change.serviceProviderId);
    return id;
  }

  /** @throws JournalError if it could not be written */
  async complete(id: string, closing: Parameters<ChangeLog['complete']>[1]): Promise<void> {
    const serviceProviderId = this.serviceProviders.get(id) ?? '';
    const { writer } = this;
    await this.append({
      type: 'completed',
      writer,
      serviceProviderId,
      closing: { ...closing, id, completedAtMs: Date.now() },
    });
  }

  /** Appends one line by one write, which the system places at the end as a whole; resolves once it is on disk. */
  private async append(record: JournalRecord): Promise<void> {
    try {
      const file = await open(this.file, APPEND, PRIVATE_FILE);
      try {
        await file.appendFile(`${toLine([validated(record)])}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw new JournalError('write', path.dirname(path.resolve(this.file)), error);
    }
  }
}
