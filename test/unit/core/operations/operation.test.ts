import { beforeEach, describe, expect, it } from 'vitest';
import type { ChangeSender } from '../../../../src/core/model/networkMapping';
import {
  runOperation,
  type Interference,
  type Operation,
  type OperationPorts,
  type OperationResult,
} from '../../../../src/core/operations/operation';
import { confirmationText, summaryText } from '../../../../src/core/operations/operationText';
import { countResults, kindOf } from '../../../../src/core/operations/outcomes';
import { selectedCount, type OperationKind, type Plan } from '../../../../src/core/operations/plan';
import { planChanges, type ChangeRequest } from '../../../../src/core/operations/planChanges';
import { MappingStore } from '../../../../src/core/mappings/mappingStore';
import {
  aProvider,
  mappedTo,
  notMapped,
  OTHER_SKILL,
  signedInTo,
  SKILL,
  THIRD_SKILL,
  skillsNamed,
} from '../../../support/builders';
import { MappingsInMemory } from '../../../support/mappingsInMemory';
import { RecordedChangeLog } from '../../../support/recordedChangeLog';

const A = 'provider-a';
const B = 'provider-b';

let service: MappingsInMemory;
let notes: RecordedChangeLog;
let store: MappingStore;
let endpoint: string;
let nowMs: number;
/** The confirmations shown to the user, with the reason of a repeated one. */
let asked: { readonly plan: Plan; readonly because: Interference | undefined }[];
/** What happens at each confirmation: time passes, things change, then the user answers. */
type Answer = readonly string[] | undefined;
let answers: ((plan: Plan) => Answer | Promise<Answer>)[];

beforeEach(() => {
  service = new MappingsInMemory();
  notes = new RecordedChangeLog();
  endpoint = 'https://staging.example';
  nowMs = 0;
  asked = [];
  answers = [];
  store = new MappingStore(service, notes, { endpoint: () => endpoint, settleMs: 0, checksMs: [] });
  store.setEntries([aProvider(A, { name: 'Aurora' }), aProvider(B, { name: 'Borealis' })]);
  store.setSessions(signedInTo('default'));
});

const all = (plan: Plan) => plan.changes.map(({ change }) => change.serviceProviderId);

const unexpectedWait = () => {
  throw new Error('expected no wait');
};

const ports = (): OperationPorts => ({
  store,
  newOperationId: () => 'operation',
  now: () => nowMs,
  read: async (ids) => {
    const failures = new Map<string, NonNullable<ReturnType<typeof store.status>['readError']>>();
    await store.refresh(ids, {}, (id, failure) => failure && failures.set(id, failure));
    return { failures: [...failures.values()] };
  },
  confirm: (plan, because) => {
    asked.push({ plan, because });
    const answer = answers.shift();
    if (!answer) throw new Error('asked once more than expected');
    return Promise.resolve(answer(plan));
  },
  withProgress: async (_plan, send) => {
    await send(new AbortController().signal, () => undefined, unexpectedWait);
    return { stopped: false };
  },
});

function start(request: ChangeRequest, ids = [A], some: Partial<Operation> = {}): Promise<OperationResult> {
  return runOperation(
    {
      ids,
      plan: (current) => planChanges(request, current),
      asks: () => true,
      senders: new Map<string, ChangeSender>(),
      ...some,
    },
    ports(),
  );
}

const deletion: ChangeRequest = { kind: 'delete' };
const remap: ChangeRequest = { kind: 'remap', skillId: OTHER_SKILL };
const kinds: readonly ChangeRequest[] = [deletion, remap];

describe('an operation with confirmation', () => {
  it('sends what was confirmed, with the account and to the endpoint that were shown', async () => {
    service.mappings.set(A, mappedTo(SKILL));
    answers = [all];
    const result = await start(remap);
    expect(result).toMatchObject({ type: 'applied', stopped: false });
    expect(service.sent).toMatchObject([
      {
        change: { operation: 'update', serviceProviderId: A, skillId: OTHER_SKILL },
        context: {
          expected: { endpoint: 'https://staging.example', account: 'default', session: 'session of default' },
        },
      },
    ]);
    expect(notes.all[0]?.started).toMatchObject({ endpoint: 'https://staging.example', selected: 1 });
  });

  it('sends nothing when the user declines', async () => {
    service.mappings.set(A, mappedTo(SKILL));
    answers = [() => undefined];
    expect(await start(deletion)).toEqual({ type: 'declined' });
    expect(service.sent).toEqual([]);
  });

  describe.each(kinds)('to $kind', (request) => {
    it('asks again with the current mapping when another client changed it during the confirmation', async () => {
      service.mappings.set(A, mappedTo(SKILL));
      answers = [
        (plan) => {
          service.mappings.set(A, mappedTo(THIRD_SKILL));
          nowMs += 10_000;
          return all(plan);
        },
        () => undefined,
      ];
      expect(await start(request)).toEqual({ type: 'declined' });
      expect(service.sent).toEqual([]);
      expect(asked[1]?.because).toEqual({ type: 'changedMeanwhile', name: 'Aurora', others: 0 });
      expect(asked[1]?.plan.changes[0]?.replaces).toEqual(mappedTo(THIRD_SKILL));
    });

    it('asks again when the row shows another mapping by then, however short the confirmation was', async () => {
      service.mappings.set(A, mappedTo(SKILL));
      answers = [
        async (plan) => {
          service.mappings.set(A, mappedTo(THIRD_SKILL));
          await store.refresh([A]);
          return all(plan);
        },
        () => undefined,
      ];
      await start(request);
      expect(service.sent).toEqual([]);
      expect(asked[1]?.because).toEqual({ type: 'changedMeanwhile', name: 'Aurora', others: 0 });
    });

    it('asks again when another window changed a mapping during the confirmation', async () => {
      service.mappings.set(A, mappedTo(SKILL));
      answers = [
        (plan) => {
          service.mappings.set(A, mappedTo(THIRD_SKILL));
          store.markChangedInOtherWindow([A]);
          return all(plan);
        },
        () => undefined,
      ];
      await start(request);
      expect(service.sent).toEqual([]);
      expect(asked[1]?.plan.changes[0]?.replaces).toEqual(mappedTo(THIRD_SKILL));
    });

    it('sends nothing when the service provider left the list during the confirmation', async () => {
      service.mappings.set(A, mappedTo(SKILL));
      answers = [
        (plan) => {
          store.setEntries([aProvider(B)]);
          return all(plan);
        },
      ];
      const result = await start(request);
      expect(result).toMatchObject({ type: 'nothingSent', plan: { skipped: [{ reason: 'notListed' }] } });
      expect(service.sent).toEqual([]);
    });

    const happenings: Record<string, () => void> = {
      'the endpoint': () => {
        endpoint = 'https://production.example';
        store.followEndpoints();
      },
      'the endpoint setting, without an event yet,': () => {
        endpoint = 'https://other.example';
      },
      'the session': () => {
        store.setSessions(new Map([['default', 'another session']]));
      },
      'the account': () => {
        store.setSessions(signedInTo('default', 'other'));
        store.setEntries([aProvider(A, { account: 'other' })]);
      },
    };
    it.each([
      ['the endpoint', 'endpointChanged'],
      ['the endpoint setting, without an event yet,', 'endpointChanged'],
      ['the session', 'sessionChanged'],
      ['the account', 'sessionChanged'],
    ])('asks again when %s changes during the confirmation', async (what, type) => {
      service.mappings.set(A, mappedTo(SKILL));
      answers = [
        (plan) => {
          happenings[what]?.();
          return all(plan);
        },
        () => undefined,
      ];
      expect(await start(request)).toEqual({ type: 'declined' });
      expect(service.sent).toEqual([]);
      expect(asked[1]?.because).toEqual({ type });
    });
  });

  it('sends what is confirmed the second time', async () => {
    service.mappings.set(A, mappedTo(SKILL));
    answers = [(plan) => (service.mappings.set(A, mappedTo(THIRD_SKILL)), (nowMs += 10_000), all(plan)), all];
    const result = await start(deletion);
    expect(result).toMatchObject({ type: 'applied' });
    expect(notes.all.map(({ started }) => started.before)).toEqual([mappedTo(THIRD_SKILL)]);
  });

  it('re-reads only when the confirmation was open for more than a few seconds', async () => {
    service.mappings.set(A, mappedTo(SKILL));
    answers = [all];
    await start(remap);
    expect(service.reads).toEqual([A]);
    answers = [(plan) => ((nowMs += 10_000), all(plan))];
    await start({ kind: 'remap', skillId: SKILL });
    expect(service.reads).toEqual([A, A, A]);
  });

  it('sends nothing when the re-read after a long confirmation was superseded', async () => {
    service.mappings.set(A, mappedTo(SKILL));
    answers = [(plan) => ((nowMs = Date.now() + 10_000), all(plan))];
    let reads = 0;
    const usual = ports();
    const result = await runOperation(
      { ids: [A], plan: (current) => planChanges(remap, current), asks: () => true, senders: new Map() },
      // A superseded read returns without a mapping and without a failure.
      { ...usual, read: (ids) => (++reads === 2 ? Promise.resolve({ failures: [] }) : usual.read(ids)) },
    );
    expect(result).toMatchObject({ type: 'nothingSent', plan: { skipped: [{ reason: 'notRead' }] } });
    expect(service.sent).toEqual([]);
  });

  it('asks again, with who would send it now, when someone else signed in before the first question', async () => {
    service.mappings.set(A, mappedTo(SKILL));
    const senders = new Map([[A, { ...store.sender(A), session: 'an earlier session' }]]);
    answers = [() => undefined];
    await start(remap, [A], { senders, asks: () => false });
    expect(asked[0]?.because).toEqual({ type: 'sessionChanged' });
    expect(service.sent).toEqual([]);
  });

  it.each([
    { changed: [B], because: { type: 'changedMeanwhile', name: 'Borealis', others: 0 } },
    { changed: [A, B], because: { type: 'changedMeanwhile', name: 'Aurora', others: 1 } },
  ])(
    'holds back all changes when some were changed during the confirmation: $changed',
    async ({ changed, because }) => {
      service.mappings.set(A, mappedTo(SKILL)).set(B, mappedTo(SKILL));
      answers = [
        (plan) => {
          for (const id of changed) service.mappings.set(id, mappedTo(THIRD_SKILL));
          nowMs += 10_000;
          return all(plan);
        },
        () => undefined,
      ];
      await start(remap, [A, B]);
      expect(service.sent).toEqual([]);
      expect(asked[1]?.because).toEqual(because);
    },
  );
});

describe('an operation without confirmation', () => {
  it('asks after all when the mapping has changed at the last moment', async () => {
    service.mappings.set(A, mappedTo(SKILL));
    let calls = 0;
    const get = service.get.bind(service);
    service.get = (id, context) => {
      // Right after the read for the plan, another client remaps it, and its window notifies.
      if (++calls === 1) {
        return get(id, context).finally(() => {
          setImmediate(() => {
            service.mappings.set(A, mappedTo(THIRD_SKILL));
            store.markChangedInOtherWindow([A]);
          });
        });
      }
      return get(id, context);
    };
    const open = notes.begin.bind(notes);
    answers = [() => undefined];
    notes.begin = open;
    const withDelay = ports();
    const result = await runOperation(
      { ids: [A], plan: (current) => planChanges(remap, current), asks: () => false, senders: new Map() },
      {
        ...withDelay,
        withProgress: async (plan, send) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          return withDelay.withProgress(plan, send);
        },
      },
    );
    expect(result).toEqual({ type: 'declined' });
    expect(service.sent).toEqual([]);
    expect(asked[0]?.because).toEqual({ type: 'changedMeanwhile', name: 'Aurora', others: 0 });
  });

  it('sends nothing when one of several cannot be read', async () => {
    service.mappings.set(A, mappedTo(SKILL)).set(B, mappedTo(SKILL));
    service.unreadable.set(B, 'network');
    const result = await start(remap, [A, B], { asks: () => false });
    expect(result).toMatchObject({ type: 'nothingSent', plan: { unreadable: [{ serviceProviderId: B }] } });
    expect(service.sent).toEqual([]);
  });
});

describe('the counts of an operation', () => {
  const ids = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8'];

  async function remapEight(): Promise<OperationResult & { type: 'applied' }> {
    store.setEntries(ids.map((id) => aProvider(id)));
    for (const id of ids) service.mappings.set(id, mappedTo(SKILL));
    service.mappings.set('p2', notMapped).set('p3', mappedTo(OTHER_SKILL));
    service.unreadable.set('p4', 'forbidden');
    service.failing.set('p5', { kind: 'badRequest', takesEffect: false });
    service.failing.set('p6', { kind: 'timeout', takesEffect: false });
    answers = [(plan) => all(plan).filter((id) => id !== 'p7')];
    const result = await start(remap, ids);
    if (result.type !== 'applied') throw new Error(result.type);
    return result;
  }

  it('add up to the selection, in the confirmation and in the outcome', async () => {
    const result = await remapEight();
    const [question] = asked;
    if (!question) throw new Error('not asked');
    expect(selectedCount(question.plan)).toBe(8);
    expect(selectedCount(result.plan)).toBe(8);
    const counts = countResults(result);
    expect(counts).toEqual({
      selected: 8,
      changed: 2,
      failed: 1,
      unconfirmed: 1,
      notStarted: 0,
      skipped: new Map([
        ['notMapped', 1],
        ['sameSkill', 1],
        ['cleared', 1],
        ['unreadable', 1],
      ]),
    });
    const skipped = [...counts.skipped.values()].reduce((sum, count) => sum + count, 0);
    expect(counts.changed + counts.failed + counts.unconfirmed + counts.notStarted + skipped).toBe(counts.selected);
    expect(notes.all.map(({ started }) => started.selected)).toEqual([8, 8, 8, 8]);
  });

  it('are shown in the outcome message', async () => {
    const result = await remapEight();
    const [question] = asked;
    const text =
      question &&
      confirmationText(question.plan, { because: undefined, hidden: 2, sender: {}, skills: skillsNamed() }, 'en');
    expect(text?.question).toBe('Remap 5 of 8 service providers?');
    expect(text?.paragraphs).toContain(
      'Will be skipped: 1 not mapped, 1 already mapped to this skill, and 1 that could not be read.',
    );
    expect(text?.paragraphs).toContain(
      'The filter hides 2 more service providers of this selection. They are not changed.',
    );
    expect(summaryText(result, 'en')).toBe(
      'Remapped 2 of 8. Skipped 1 not mapped, 1 already mapped to this skill, 1 cleared in the preview, and 1 that could not be read. 1 failed. 1 unconfirmed. First reason: request refused.',
    );
  });

  it.each<[string, OperationKind, number, number, boolean]>([
    ['whole IDs for a few', 'remap', 5, 20, true],
    ['short IDs where whole ones would not fit', 'undo', 10, 20, false],
    ['short IDs beside long names', 'remap', 10, 200, false],
    ['short IDs in a deletion', 'delete', 10, 200, false],
  ])('list %s, in a dialog whose buttons stay in the window', (_title, kind, count, nameLength, isWhole) => {
    const [list] = listOf(kind, count, nameLength);
    expect(list?.includes(SKILL)).toBe(isWhole);
    expect(list?.split('\n')).toHaveLength(count);
    expect(drawnLines(list ?? '')).toBeLessThanOrEqual(20);
  });

  it('list none of those that a preview has shown', () => {
    expect(listOf('undo', 11, 20)).toEqual([]);
  });

  it('count changes stopped right before sending as skipped', async () => {
    service.mappings.set(A, mappedTo(SKILL)).set(B, mappedTo(SKILL));
    answers = [all];
    const usual = ports();
    const result = await runOperation(
      { ids: [A, B], plan: (current) => planChanges(remap, current), asks: () => true, senders: new Map() },
      {
        ...usual,
        withProgress: (plan, send) => {
          service.mappings.set(A, mappedTo(THIRD_SKILL));
          store.markChangedInOtherWindow([A]);
          store.setEntries([aProvider(A)]);
          return usual.withProgress(plan, send);
        },
      },
    );
    if (result.type !== 'applied') throw new Error(result.type);
    const skipped = new Map([
      ['changedMeanwhile', 1],
      ['notListed', 1],
    ]);
    expect(countResults(result)).toMatchObject({ selected: 2, changed: 0, notStarted: 0, skipped });
  });

  it('count a change that was not sent because its circumstances changed', () => {
    expect(kindOf({})).toBe('notStarted');
    expect(kindOf({ outcome: { type: 'notSent', reason: 'sessionChanged' } })).toBe('notStarted');
    expect(kindOf({ outcome: { type: 'notSent', reason: 'notListed' } })).toBe('notListed');
  });
});

/** The paragraph that lists the changes of a plan. */
function listOf(kind: OperationKind, count: number, nameLength: number): string[] {
  const changes = Array.from({ length: count }, (_, index) => ({
    change: {
      operation: kind === 'delete' ? ('delete' as const) : ('update' as const),
      serviceProviderId: `provider-${index}`,
      skillId: OTHER_SKILL,
    },
    name: `${index} `.padEnd(nameLength, 'n'),
    replaces: mappedTo(SKILL),
    sender: {},
  }));
  const plan = { kind, changes, skipped: [], unreadable: [] } as unknown as Plan;
  const { paragraphs } = confirmationText(
    plan,
    { because: undefined, hidden: 0, sender: {}, skills: skillsNamed() },
    'en',
  );
  return paragraphs.filter((text) => text.includes('0 n'));
}

/** The lines to which a dialog of VS Code 1.100 wraps a text. */
const drawnLines = (text: string) =>
  text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 44)), 0);
