import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMappingFile } from '../../../../src/core/mappingFile/mappingFile';
import { planMappingFiles, planReviewed } from '../../../../src/core/mappingFile/planMappingFiles';
import { resolveMappingFiles } from '../../../../src/core/mappingFile/resolveMappingFiles';
import { formatReviewedPlan, parseReviewedPlan, planHash } from '../../../../src/core/mappingFile/reviewedPlan';
import { updatedMappingFile } from '../../../../src/core/mappingFile/updateMappingFile';
import { MappingStore } from '../../../../src/core/mappings/mappingStore';
import type { ChangeOutcome } from '../../../../src/core/mappings/sendChange';
import type { NetworkMapping } from '../../../../src/core/model/networkMapping';
import type { CurrentMapping } from '../../../../src/core/operations/currentMappings';
import { runOperation, type OperationResult } from '../../../../src/core/operations/operation';
import { countResults } from '../../../../src/core/operations/outcomes';
import { selectedCount, type Plan } from '../../../../src/core/operations/plan';
import {
  aProvider,
  mappedTo,
  mappingOf,
  notMapped,
  OTHER_SKILL,
  signedInTo,
  SKILL,
  THIRD_SKILL,
} from '../../../support/builders';
import { MappingsInMemory } from '../../../support/mappingsInMemory';
import { RecordedChangeLog } from '../../../support/recordedChangeLog';

const SENDER = { endpoint: 'https://api.example.com', account: 'default', session: 'session' };
const PROFILES = [{ id: THIRD_SKILL, source: { folder: 'skill', profile: 'staging' } }];
const IDS = Array.from({ length: 8 }, (_, index) => `amzn1.comms.csp.id.hotel-${index}`);

const otherForm = (skillId: string) => skillId.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.');

/** What the service has: of some service providers nothing, of others either form of an ID. */
const aLiveMapping = fc
  .constantFrom(undefined, SKILL, OTHER_SKILL, THIRD_SKILL, otherForm(SKILL), otherForm(THIRD_SKILL))
  .map(mappingOf);
const aService = fc
  .tuple(...IDS.map(() => aLiveMapping))
  .map((mappings) => new Map(IDS.map((id, at) => [id, mappings[at] ?? notMapped])));

/** White space and comments, which may be between any two tokens. */
const aGap = fc.constantFrom('', ' ', '\n', '\r\n\t', ' // "mappings": [\n', '/* , ] } */', '\n  ');

/** A file with some of the service providers in any order, in any layout. */
const aFile = fc
  .record({
    ids: fc.shuffledSubarray(IDS),
    skills: fc.array(fc.constantFrom(SKILL, otherForm(SKILL), OTHER_SKILL, '${profile:staging}', ''), {
      minLength: IDS.length,
      maxLength: IDS.length,
    }),
    gaps: fc.array(aGap, { minLength: 12, maxLength: 12 }),
    isAbsentFirst: fc.boolean(),
    hasTrailingComma: fc.boolean(),
  })
  .map(({ ids, skills, gaps, isAbsentFirst, hasTrailingComma }) => {
    let place = 0;
    const gap = () => gaps[place++ % gaps.length] ?? '';
    const list = (items: readonly string[]) =>
      `[${gap()}${items.join(`${gap()},${gap()}`)}${hasTrailingComma && items.length > 0 ? ',' : ''}${gap()}]`;
    const entries = ids.flatMap((id, at) =>
      skills[at] === ''
        ? []
        : [`{${gap()}"skillId":${gap()}"${skills[at] ?? ''}",${gap()}"serviceProviderId": "${id}"${gap()}}`],
    );
    const absent = ids.filter((_, at) => skills[at] === '').map((id) => `"${id}"`);
    const members = [
      `"mappings":${gap()}${list(entries)}`,
      ...(absent.length > 0 ? [`"absent": ${list(absent)}`] : []),
    ];
    return `${gap()}{${gap()}${(isAbsentFirst ? members.reverse() : members).join(`,${gap()}`)}${gap()}}${gap()}`;
  });

const desiredOf = (text: string) => {
  const { desired, problems } = resolveMappingFiles([{ path: 'file', file: parseMappingFile(text) }], PROFILES);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return desired;
};

const currentOf = (ids: readonly string[], live: ReadonlyMap<string, NetworkMapping>): CurrentMapping[] =>
  ids.map((id) => ({
    serviceProviderId: id,
    name: id,
    type: 'read',
    mapping: live.get(id) ?? notMapped,
    sender: SENDER,
  }));

const planOf = (text: string, live: ReadonlyMap<string, NetworkMapping>): Plan => {
  const desired = desiredOf(text);
  const ids = desired.map(({ serviceProviderId }) => serviceProviderId);
  return planMappingFiles(desired, currentOf(ids, live));
};

/** The mappings after a plan was applied. */
const applied = ({ changes }: Plan, live: ReadonlyMap<string, NetworkMapping>) =>
  new Map([
    ...live,
    ...changes.map(({ change }): [string, NetworkMapping] => [
      change.serviceProviderId,
      change.operation === 'delete' ? notMapped : mappedTo(change.skillId),
    ]),
  ]);

describe('any mapping file', () => {
  it('has nothing to apply after it was updated', () => {
    fc.assert(
      fc.property(aFile, aService, (text, live) => {
        const updated = updatedMappingFile(text, live, PROFILES);
        expect(planOf(updated, live).changes).toEqual([]);
        expect(new Set(desiredOf(updated).map((each) => each.serviceProviderId))).toEqual(
          new Set(desiredOf(text).map((each) => each.serviceProviderId)),
        );
      }),
    );
  });

  it('keeps each comment when it is updated, except on the line of an entry that moved', () => {
    fc.assert(
      fc.property(aFile, aService, (text, live) => {
        const mapped = new Map([...live].map(([id]) => [id, mappedTo(OTHER_SKILL)]));
        // With nothing absent, no entry moves.
        fc.pre(parseMappingFile(text).absent.length === 0);
        const updated = updatedMappingFile(text, mapped, PROFILES);
        const skills = /amzn1\.(?:ask\.skill|alexa\.skill\.did)\.[\da-f-]+|\$\{profile:staging\}/g;
        const withoutIds = (each: string) => each.replace(skills, 'skill');
        expect(withoutIds(updated)).toBe(withoutIds(text));
      }),
    );
  });

  it('is not changed by an update after it was applied', () => {
    fc.assert(
      fc.property(aFile, aService, (text, live) => {
        const plan = planOf(text, live);
        const after = applied(plan, live);
        expect(updatedMappingFile(text, after, PROFILES)).toBe(text);
        expect(planOf(text, after).changes).toEqual([]);
      }),
    );
  });

  it('has one plan, whose hash is the same in whatever order its entries are', () => {
    fc.assert(
      fc.property(
        aFile,
        aService,
        fc.array(fc.nat(), { minLength: IDS.length, maxLength: IDS.length }),
        (text, live, numbers) => {
          const plan = planOf(text, live);
          expect(planOf(text, live)).toEqual(plan);
          const ranked = desiredOf(text).map((each, at) => ({ each, rank: numbers[at] ?? 0 }));
          const shuffled = ranked.sort((one, other) => one.rank - other.rank).map(({ each }) => each);
          const ids = shuffled.map(({ serviceProviderId }) => serviceProviderId);
          const again = planMappingFiles(shuffled, currentOf(ids, live));
          expect(planHash(again.changes, SENDER)).toBe(planHash(plan.changes, SENDER));
        },
      ),
    );
  });

  it('has a plan that is the same after it was written to a file, reviewed and read', () => {
    fc.assert(
      fc.property(aFile, aService, (text, live) => {
        const plan = planOf(text, live);
        const reviewed = parseReviewedPlan(formatReviewedPlan(plan.changes, SENDER));
        if ('problem' in reviewed) throw new Error(reviewed.problem);
        const ids = reviewed.changes.map(({ change }) => change.serviceProviderId);
        expect(planReviewed(reviewed.changes, currentOf(ids, live)).changes).toEqual(plan.changes);
        // Once applied, there is nothing left to do.
        expect(planReviewed(reviewed.changes, currentOf(ids, applied(plan, live))).changes).toEqual([]);
      }),
    );
  });

  it('is applied so that what was done, and what is reported as left alone, is the plan', async () => {
    await fc.assert(
      fc.asyncProperty(
        aFile,
        aService,
        fc.array(fc.tuple(fc.constantFrom(...IDS), aLiveMapping)),
        fc.dictionary(fc.constantFrom(...IDS), fc.constantFrom('badRequest', 'serverError'), { maxKeys: 3 }),
        fc.nat({ max: 9 }),
        async (text, live, byOthers, failing, stopAfter) => {
          const desired = desiredOf(text);
          const ids = desired.map(({ serviceProviderId }) => serviceProviderId);
          const service = new MappingsInMemory();
          for (const [id, mapping] of live) service.mappings.set(id, mapping);
          const store = new MappingStore(service, new RecordedChangeLog(), {
            endpoint: () => SENDER.endpoint,
            settleMs: 0,
            checksMs: [],
          });
          store.setEntries(ids.map((id) => aProvider(id)));
          store.setSessions(signedInTo('default'));
          let isAsked = false;
          const result = await runOperation(
            {
              ids,
              plan: (current) => planMappingFiles(desired, current),
              asks: () => true,
              senders: new Map(),
            },
            {
              store,
              newOperationId: () => 'operation',
              now: () => 0,
              read: async () => {
                await store.refresh(ids);
                return { failures: [] };
              },
              confirm: (plan) => {
                // Once only: the user confirms what is shown the second time.
                if (!isAsked) for (const [id, mapping] of byOthers) service.mappings.set(id, mapping);
                isAsked = true;
                for (const [id, kind] of Object.entries(failing)) {
                  service.failing.set(id, { kind: kind, takesEffect: false });
                }
                return Promise.resolve(plan.changes.map(({ change }) => change.serviceProviderId));
              },
              withProgress: async (_plan, send) => {
                const stop = new AbortController();
                let settled = 0;
                if (stopAfter === 0) stop.abort();
                await send(
                  stop.signal,
                  () => {
                    if (++settled === stopAfter) stop.abort();
                  },
                  () => undefined,
                );
                return { stopped: stop.signal.aborted };
              },
            },
          );
          expectAllAccountedFor(result, ids.length, service);
        },
      ),
      { numRuns: 60 },
    );
  });
});

function expectAllAccountedFor(result: OperationResult, selected: number, service: MappingsInMemory): void {
  if (result.type === 'nothingSent') {
    expect(selectedCount(result.plan)).toBe(selected);
    return;
  }
  if (result.type !== 'applied') throw new Error(`expected no ${result.type}`);
  const counts = countResults(result);
  const skipped = [...counts.skipped.values()].reduce((sum, count) => sum + count, 0);
  expect(counts.changed + counts.failed + counts.unconfirmed + counts.notStarted + skipped).toBe(selected);
  expect(counts.selected).toBe(selected);
  // Each reported change was sent once, and each that was not started never.
  const sent = service.sent.map(({ change }) => change.serviceProviderId);
  expect(new Set(sent).size).toBe(sent.length);
  const wasSent = result.results.filter(({ outcome }) => outcome && !isUnsent(outcome));
  expect(wasSent.map(({ planned }) => planned.change.serviceProviderId).sort()).toEqual(sent.sort());
}

function isUnsent(outcome: ChangeOutcome): boolean {
  if (outcome.type === 'failed') return outcome.failure.kind === 'canceled';
  return outcome.type === 'changedMeanwhile' || outcome.type === 'notSent';
}
