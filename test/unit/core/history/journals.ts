import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { FileLock } from '../../../../src/core/crossWindow/fileLock';
import type { ChangeCompleted, ChangeRecord, NewMappingChange } from '../../../../src/core/history/changeRecord';
import { ChangeJournal } from '../../../../src/core/history/changeJournal';
import type { JournalSize } from '../../../../src/core/history/journalFiles';
import type { JournalRecord, StartedRecord, Writer } from '../../../../src/core/history/journalRecord';
import { mappedTo, OTHER_SKILL, SKILL } from '../../../support/builders';

/** So small that each entry starts another file. */
export const A_FILE_A_NOTE: JournalSize = { fileBytes: 1, files: 1000 };

/** A window's journal in a folder. */
export function journalIn(folder: string, size?: JournalSize): ChangeJournal {
  return new ChangeJournal(folder, new FileLock(path.join(folder, '../locks')), size);
}

/** A remap as a window records it. */
export function aRemap(serviceProviderId: string): NewMappingChange {
  return {
    operationId: `act on ${serviceProviderId}`,
    serviceProviderId,
    endpoint: 'https://api.example.com',
    operation: 'update',
    before: mappedTo(SKILL),
    target: mappedTo(OTHER_SKILL),
  };
}

/** Records a change that succeeds immediately. */
export async function noteDone(journal: ChangeJournal, serviceProviderId: string): Promise<string> {
  const id = await journal.begin(aRemap(serviceProviderId));
  await journal.complete(id, { result: 'succeeded', actual: mappedTo(OTHER_SKILL) });
  return id;
}

export async function all(journal: Pick<ChangeJournal, 'newestFirst'>): Promise<ChangeRecord[]> {
  const changes = [];
  for await (const change of journal.newestFirst()) changes.push(change);
  return changes;
}

/** Each change by its service provider and result. */
export async function told(journal: ChangeJournal): Promise<string[]> {
  return (await all(journal)).map(
    ({ serviceProviderId, completed }) => `${serviceProviderId} ${completed?.result ?? 'open'}`,
  );
}

/** The record of a recent change of a running process; `some` overrides values. */
export function openedRecord(
  serviceProviderId: string,
  some: { pid?: number; host?: string; startedAtMs?: number; copied?: true } = {},
): StartedRecord {
  const { pid = process.ppid, host = hostname(), startedAtMs = Date.now(), copied } = some;
  return {
    type: 'started',
    writer: { host, pid, id: `writer of ${serviceProviderId}` },
    ...(copied && { copied }),
    change: { ...aRemap(serviceProviderId), id: `change of ${serviceProviderId}`, startedAtMs },
  };
}

/** The record of the outcome of such a change, by its own window or another one. */
export function closedRecord(
  serviceProviderId: string,
  closing: Partial<ChangeCompleted>,
  writer: Writer = openedRecord(serviceProviderId).writer,
): JournalRecord {
  const id = `change of ${serviceProviderId}`;
  return {
    type: 'completed',
    writer,
    serviceProviderId,
    closing: { id, completedAtMs: Date.now(), result: 'succeeded', ...closing },
  };
}

/** The names of the journal's files, the oldest first. */
export async function journalFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort();
}

/** All lines of all files that are not empty. */
export async function lines(folder: string): Promise<string[]> {
  const texts = await Promise.all(
    (await journalFiles(folder)).map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  return texts.flatMap((text) => text.split('\n')).filter(Boolean);
}

/** Writes a journal file as another window would: each group of records on its line. */
export async function writeLines(folder: string, number: number, groups: readonly JournalRecord[][]): Promise<void> {
  const text = groups.map((group) => `\n${JSON.stringify(group)}\n`).join('');
  await writeFile(path.join(folder, `changes-${String(number).padStart(8, '0')}.jsonl`), text);
}

/** The process ID of a process that has ended. */
export async function endedProcess(): Promise<number> {
  const started = spawn(process.execPath, ['-e', '']);
  await once(started, 'exit');
  if (started.pid === undefined) throw new Error('expected a process');
  return started.pid;
}
