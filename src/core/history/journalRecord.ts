import * as v from 'valibot';
import type { ChangeCompleted, ChangeStarted } from './changeRecord';
import { FAILURE_KINDS } from '../failures/apiFailure';
import { Mapping } from '../model/mappingSchema';

/** The process that wrote a record; `id` distinguishes it from an earlier one with the same `pid`. */
export const Writer = v.object({
  host: v.string(),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  id: v.string(),
});
export type Writer = v.InferOutput<typeof Writer>;

const time = v.pipe(v.number(), v.finite());

const AnyChange = {
  id: v.string(),
  operationId: v.string(),
  selected: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  revertsChangeId: v.exactOptional(v.string()),
  startedAtMs: time,
  serviceProviderId: v.string(),
  name: v.exactOptional(v.string()),
  account: v.exactOptional(v.string()),
  endpoint: v.string(),
};

const Started = v.object({
  type: v.literal('started'),
  writer: Writer,
  /** Copied from an older file because it was still open when this file was started. */
  copied: v.optional(v.literal(true)),
  change: v.variant('operation', [
    v.object({
      ...AnyChange,
      operation: v.picklist(['create', 'update', 'delete']),
      before: v.exactOptional(Mapping),
      target: Mapping,
    }),
    v.object({
      ...AnyChange,
      operation: v.literal('createProvider'),
      logicalId: v.string(),
      displayName: v.exactOptional(v.string()),
    }),
    v.object({
      ...AnyChange,
      operation: v.literal('updateProvider'),
      displayNameBefore: v.exactOptional(v.string()),
      displayName: v.string(),
    }),
    v.object({
      ...AnyChange,
      operation: v.literal('deleteProvider'),
      logicalId: v.exactOptional(v.string()),
      displayName: v.exactOptional(v.string()),
      mapping: v.exactOptional(Mapping),
    }),
  ]) satisfies v.GenericSchema<unknown, ChangeStarted>,
});

const Completed = v.object({
  type: v.literal('completed'),
  writer: Writer,
  /** For windows that show this service provider and know only the change's ID. */
  serviceProviderId: v.string(),
  closing: v.object({
    id: v.string(),
    completedAtMs: time,
    result: v.picklist(['succeeded', 'failed', 'notSent', 'unconfirmed']),
    actual: v.exactOptional(Mapping),
    createdId: v.exactOptional(v.string()),
    failure: v.exactOptional(v.picklist(FAILURE_KINDS)),
    status: v.exactOptional(v.number()),
    requestId: v.exactOptional(v.string()),
    recovered: v.exactOptional(v.literal(true)),
  }) satisfies v.GenericSchema<unknown, ChangeCompleted>,
});

/** Marks a line that also contains the open changes of all older files. */
const Checkpoint = v.object({ type: v.literal('checkpoint') });

/** Written periodically while the writer has open changes, so that other windows do not consider it gone. */
const Alive = v.object({ type: v.literal('alive'), writer: Writer, atMs: time });

const JournalRecord = v.variant('type', [Started, Completed, Checkpoint, Alive]);
export type JournalRecord = v.InferOutput<typeof JournalRecord>;
export type StartedRecord = v.InferOutput<typeof Started>;

/**
 * Returns a record reduced to what the schema knows.
 *
 * @throws ValiError for one that could not be read back
 */
export function validated(record: JournalRecord): JournalRecord {
  return v.parse(JournalRecord, record);
}

/** Returns records as one line, so that either all are there or, if it is torn, none. */
export function toLine(records: readonly JournalRecord[]): string {
  return JSON.stringify(records);
}

/** Returns the records of a line; none of a torn, foreign or empty line, or of another version. */
export function fromLine(line: string): JournalRecord[] {
  if (line === '') return [];
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return [];
  }
  if (!Array.isArray(json)) return [];
  return json.flatMap((each: unknown) => {
    const parsed = v.safeParse(JournalRecord, each);
    return parsed.success ? parsed.output : [];
  });
}
