import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MappingChange } from '../../../src/core/networkMapping';
import type { ProviderStatus } from '../../../src/core/providerStatus';
import { ServiceProviders } from '../../../src/state/serviceProviders';
import { OTHER_SKILL, SKILL, aProvider, signedInTo } from '../../support/builders';
import { NotedChanges } from '../../support/notedChanges';
import { ScheduledService, type Course } from '../../support/scheduledService';
import { takeUnexpected } from '../../support/unexpected';

const IDS = ['provider-a', 'provider-b', 'provider-c'];

type Act =
  | { type: 'refresh'; ids: string[] }
  | { type: 'change'; change: MappingChange }
  | { type: 'cancel'; act: number }
  | { type: 'configure'; ids: string[] };

const id = fc.constantFrom(...IDS);
const skillId = fc.constantFrom(SKILL, OTHER_SKILL);
const change: fc.Arbitrary<MappingChange> = fc.oneof(
  fc.record({ operation: fc.constantFrom('create' as const, 'update' as const), serviceProviderId: id, skillId }),
  fc.record({ operation: fc.constant('delete' as const), serviceProviderId: id }),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('refresh' as const), ids: fc.subarray(IDS) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('change' as const), change }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('cancel' as const), act: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('configure' as const), ids: fc.subarray(IDS) }) },
);
const courses = fc.infiniteStream(fc.constantFrom<Course>('well', 'well', 'fails before', 'fails after', 'refused'));

describe('the rows, in any order of acts, answers, faults and cancels', () => {
  it('have one request under way each, send each wish once at most, and end with the truth or a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(act, { maxLength: 12 }), courses, async (scheduler, acts, stream) => {
        const service = new ScheduledService(scheduler, stream);
        for (const each of IDS) service.truth.set(each, { type: 'mapped', skillId: SKILL });
        const notes = new NotedChanges();
        const states = new ServiceProviders(service, notes, 0);
        states.configure(IDS.map((each) => aProvider(each)));
        states.setAccounts(signedInTo());

        const known = new Map<string, ProviderStatus['known']>();
        const removed = new Set<string>();
        states.events.on('changed', (changed) => {
          const status = states.status(changed);
          // What was known is replaced by newer readings only, and never lost.
          if (known.get(changed)) expect(status.known).toBeDefined();
          known.set(changed, status.known);
          expect(removed).not.toContain(changed);
        });

        const stops: AbortController[] = [];
        const running: Promise<unknown>[] = [];
        const perform = (next: Act): void => {
          const stop = new AbortController();
          stops.push(stop);
          switch (next.type) {
            case 'refresh':
              running.push(states.refresh(next.ids, { signal: stop.signal }));
              break;
            case 'change':
              running.push(states.change(next.change, { actId: 'act', signal: stop.signal }));
              break;
            case 'cancel':
              stops[next.act]?.abort();
              break;
            case 'configure':
              for (const each of IDS) {
                if (next.ids.includes(each)) removed.delete(each);
                else removed.add(each);
              }
              for (const each of removed) known.delete(each);
              states.configure(next.ids.map((each) => aProvider(each)));
          }
        };
        scheduler.scheduleSequence(
          acts.map((next) => ({
            label: JSON.stringify(next),
            builder: () => {
              perform(next);
              return Promise.resolve();
            },
          })),
        );
        await scheduler.waitIdle();
        await Promise.all(running);
        await scheduler.waitIdle();

        expect(takeUnexpected()).toEqual([]);
        for (const times of service.sent.values()) expect(times).toBe(1);
        // Each wish that was sent was noted, and each note ended.
        expect(notes.all.length).toBe(service.sent.size);
        expect(notes.unended).toEqual([]);
        for (const { id: each } of states.providers) {
          const { activity, doubt, known: reading } = states.status(each);
          expect(activity).toBeUndefined();
          if (reading && !doubt) expect(reading.mapping).toEqual(service.mappingOf(each));
        }

        // Once all is well again, one refresh shows the truth everywhere.
        const well = new Array<Course>(20).fill('well').values();
        Object.assign(service, { courses: well });
        const refreshed = states.refresh(states.providers.map((each) => each.id));
        await scheduler.waitFor(refreshed);
        for (const { id: each } of states.providers) expect(states.row(each)).toEqual(service.mappingOf(each));
      }),
      { numRuns: 300 },
    );
  });
});
