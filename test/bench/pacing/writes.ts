import * as v from 'valibot';
import {
  changeBetween,
  isSameMapping,
  targetOf,
  type MappingChange,
  type NetworkMapping,
  type MappingSnapshot,
} from '../../../src/core/model/networkMapping';
import type { ChangeOutcome } from '../../../src/core/mappings/sendChange';
import { MappingStore } from '../../../src/core/mappings/mappingStore';
import { ourClient } from './callers';
import type { JobResult, WritesJob } from './messages';

/** How often failed changes are retried as one bulk operation; those that still fail count as failed. */
const MAX_ATTEMPTS = 6;

const Truth = v.object({
  providers: v.array(v.object({ serviceProviderId: v.string(), skillId: v.nullable(v.string()) })),
});

type CreateChange = (serviceProviderId: string) => MappingChange;

/**
 * Maps, remaps and deletes all service providers, each as one bulk operation with retries, and compares every outcome with the
 * actual mapping. Writes are not recorded in a journal, which has its own measurement.
 */
export async function sendWrites(job: WritesJob): Promise<Pick<JobResult, 'failed' | 'misreported'>> {
  const changeLog = { begin: () => Promise.resolve(''), complete: () => Promise.resolve() };
  const providers = new MappingStore(ourClient(job), changeLog, { settleMs: 0, checksMs: [] });
  providers.setEntries(job.serviceProviderIds.map((id) => ({ type: 'provider', id })));
  const [first, second] = job.skillIds;
  const operations: readonly CreateChange[] = [
    (serviceProviderId) => ({ operation: 'create', serviceProviderId, skillId: first }),
    (serviceProviderId) => ({ operation: 'update', serviceProviderId, skillId: second }),
    (serviceProviderId) => ({ operation: 'delete', serviceProviderId }),
  ];
  const sum = { failed: 0, misreported: 0 };
  for (const createChange of operations) {
    let remaining = job.serviceProviderIds.map(createChange);
    for (let attempts = 0; remaining.length > 0 && attempts < MAX_ATTEMPTS; attempts++) {
      const completed = await runBulkOperation(providers, remaining);
      const truth = await truthOf(job);
      sum.misreported += completed.filter(
        ([{ serviceProviderId }, outcome]) => !isCorrect(outcome, truth.get(serviceProviderId)),
      ).length;
      remaining = await changesToRetry(providers, completed);
    }
    sum.failed += remaining.length;
  }
  return sum;
}

type CompletedChange = readonly [change: MappingChange, outcome: ChangeOutcome];

async function runBulkOperation(
  providers: MappingStore,
  changes: readonly MappingChange[],
): Promise<CompletedChange[]> {
  const completed: CompletedChange[] = [];
  const context = { operationId: 'act', stopSignal: new AbortController().signal };
  await providers.changeAll(
    changes.map((change) => ({ change })),
    context,
    (change, outcome) => {
      completed.push([change, outcome]);
    },
  );
  return completed;
}

/** The changes to retry, depending on the current mappings. */
async function changesToRetry(
  providers: MappingStore,
  completed: readonly CompletedChange[],
): Promise<MappingChange[]> {
  const failed = completed.filter(([, { type }]) => type !== 'succeeded');
  const unknown = failed.filter(([, outcome]) => !readingOf(outcome));
  await providers.refresh(unknown.map(([{ serviceProviderId }]) => serviceProviderId));
  return failed.flatMap(([change, outcome]) => {
    const id = change.serviceProviderId;
    const actual = readingOf(outcome)?.mapping ?? providers.status(id).lastKnown?.mapping;
    return actual ? (changeBetween(id, actual, targetOf(change)) ?? []) : change;
  });
}

async function truthOf({ url }: WritesJob): Promise<ReadonlyMap<string, NetworkMapping>> {
  const state = v.parse(Truth, await (await fetch(`${url}/_simulator/state?requests=0`)).json());
  return new Map(
    state.providers.map(({ serviceProviderId, skillId }) => [
      serviceProviderId,
      skillId === null ? { type: 'notMapped' } : { type: 'mapped', skillId },
    ]),
  );
}

/** The mapping after the change, if known. */
function readingOf(outcome: ChangeOutcome): MappingSnapshot | undefined {
  return 'reading' in outcome ? outcome.reading : undefined;
}

/** An outcome without a claim about the mapping is always correct. */
function isCorrect(outcome: ChangeOutcome, truth: NetworkMapping | undefined): boolean {
  const reading = readingOf(outcome);
  return !reading || (truth !== undefined && isSameMapping(reading.mapping, truth));
}
