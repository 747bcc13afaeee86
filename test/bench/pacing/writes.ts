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

/** So often changes that failed are tried again as one act; what fails then counts as failed. */
const TRIES = 6;

const Truth = v.object({
  providers: v.array(v.object({ serviceProviderId: v.string(), skillId: v.nullable(v.string()) })),
});

type Act = (serviceProviderId: string) => MappingChange;

/**
 * Maps, remaps and deletes all service providers, each as one act with what failed tried again, and compares every outcome
 * with what the simulator holds. A write is noted in no file: that is the journal's figure.
 */
export async function sendWrites(job: WritesJob): Promise<Pick<JobResult, 'failed' | 'misreported'>> {
  const notes = { begin: () => Promise.resolve(''), complete: () => Promise.resolve() };
  const providers = new MappingStore(ourClient(job), notes, { settleMs: 0, checksMs: [] });
  providers.setEntries(job.serviceProviderIds.map((id) => ({ type: 'provider', id })));
  const [first, second] = job.skillIds;
  const acts: readonly Act[] = [
    (serviceProviderId) => ({ operation: 'create', serviceProviderId, skillId: first }),
    (serviceProviderId) => ({ operation: 'update', serviceProviderId, skillId: second }),
    (serviceProviderId) => ({ operation: 'delete', serviceProviderId }),
  ];
  const sum = { failed: 0, misreported: 0 };
  for (const act of acts) {
    let left = job.serviceProviderIds.map(act);
    for (let tries = 0; left.length > 0 && tries < TRIES; tries++) {
      const ended = await carryOut(providers, left);
      const truth = await truthOf(job);
      sum.misreported += ended.filter(
        ([{ serviceProviderId }, outcome]) => !isTrue(outcome, truth.get(serviceProviderId)),
      ).length;
      left = await stillToBeDone(providers, ended);
    }
    sum.failed += left.length;
  }
  return sum;
}

type Ended = readonly [change: MappingChange, outcome: ChangeOutcome];

async function carryOut(providers: MappingStore, changes: readonly MappingChange[]): Promise<Ended[]> {
  const ended: Ended[] = [];
  const context = { operationId: 'act', stopSignal: new AbortController().signal };
  await providers.changeAll(
    changes.map((change) => ({ change })),
    context,
    (change, outcome) => {
      ended.push([change, outcome]);
    },
  );
  return ended;
}

/** What is to be sent once more for what failed, told by what the service holds now. */
async function stillToBeDone(providers: MappingStore, ended: readonly Ended[]): Promise<MappingChange[]> {
  const failed = ended.filter(([, { type }]) => type !== 'done');
  const unknown = failed.filter(([, outcome]) => !readingOf(outcome));
  await providers.refresh(unknown.map(([{ serviceProviderId }]) => serviceProviderId));
  return failed.flatMap(([change, outcome]) => {
    const id = change.serviceProviderId;
    const holds = readingOf(outcome)?.mapping ?? providers.status(id).lastKnown?.mapping;
    return holds ? (changeBetween(id, holds, targetOf(change)) ?? []) : change;
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

/** What the service held afterwards, where that is known. */
function readingOf(outcome: ChangeOutcome): MappingSnapshot | undefined {
  return 'reading' in outcome ? outcome.reading : undefined;
}

/** An outcome that claims nothing is true. */
function isTrue(outcome: ChangeOutcome, truth: NetworkMapping | undefined): boolean {
  const reading = readingOf(outcome);
  return !reading || (truth !== undefined && isSameMapping(reading.mapping, truth));
}
