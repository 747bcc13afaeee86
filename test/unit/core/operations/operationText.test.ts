import { describe, expect, it } from 'vitest';
import type { ChangeOutcome } from '../../../../src/core/mappings/sendChange';
import type { MappingChange, NetworkMapping } from '../../../../src/core/model/networkMapping';
import type { ChangeResult, Interference } from '../../../../src/core/operations/operation';
import {
  confirmationText,
  needsPreview,
  progressTitle,
  skillPickTitle,
  skipReasonText,
  skippedText,
  successText,
  summaryText,
  transitionText,
  warningText,
  type Circumstances,
} from '../../../../src/core/operations/operationText';
import type { OperationKind, Plan, PlannedChange, SkipReason } from '../../../../src/core/operations/plan';
import { aFailure, mappedTo, notMapped, OTHER_SKILL, SKILL, skillsNamed, THIRD_SKILL } from '../../../support/builders';

const KINDS: readonly OperationKind[] = ['map', 'remap', 'delete', 'undo', 'apply'];
const SKIP_REASONS: readonly SkipReason[] = [
  'sameSkill',
  'mappedToOther',
  'notMapped',
  'notListed',
  'notRead',
  'cleared',
  'changedMeanwhile',
  'unknownBefore',
  'restoredAlready',
  'unconfirmed',
];
const SENDER = { endpoint: 'https://api.example.com', account: 'default', session: 'session' };
const ALONE: Circumstances = { because: undefined, hidden: 0, sender: {}, skills: skillsNamed() };

function planned(kind: OperationKind, number: number, more: Partial<PlannedChange> = {}): PlannedChange {
  const serviceProviderId = `amzn1.comms.csp.id.hotel-${number}`;
  const changes: Record<OperationKind, MappingChange> = {
    map: { operation: 'create', serviceProviderId, skillId: SKILL },
    remap: { operation: 'update', serviceProviderId, skillId: SKILL },
    delete: { operation: 'delete', serviceProviderId },
    undo: { operation: 'update', serviceProviderId, skillId: THIRD_SKILL },
    apply: { operation: 'update', serviceProviderId, skillId: SKILL },
  };
  return {
    change: changes[kind],
    replaces: kind === 'map' ? notMapped : mappedTo(OTHER_SKILL),
    sender: SENDER,
    name: `Hotel ${number}`,
    ...(kind === 'undo' && { revertsChangeId: 'earlier' }),
    ...more,
  };
}

function planOf(kind: OperationKind, changes: readonly PlannedChange[], more: Partial<Plan> = {}): Plan {
  const skill = kind === 'map' || kind === 'remap' ? { skillId: SKILL } : {};
  return { kind, ...skill, changes, skipped: [], unreadable: [], ...more };
}

const several = (kind: OperationKind, count: number) =>
  Array.from({ length: count }, (_, index) => planned(kind, index + 1));

const skipped = (...reasons: SkipReason[]): Plan['skipped'] =>
  reasons.map((reason, index) => ({ serviceProviderId: `skipped-${index}`, name: `Inn ${index}`, reason }));

const unreadable: Plan['unreadable'] = [{ serviceProviderId: 'unreadable', name: 'Inn', failure: aFailure('timeout') }];

/** All texts of a plan, as a reviewer reads them. */
function textsOf(title: string, plan: Plan, circumstances = ALONE): string {
  const { title: preview, question, paragraphs, button } = confirmationText(plan, circumstances, 'en');
  return [`== ${title}`, `(${preview}) ${question}`, ...paragraphs, `[${button}]`, progressTitle(plan)].join('\n');
}

describe('the texts of an operation', () => {
  it('are as reviewed', async () => {
    const changedSince = { before: notMapped, target: mappedTo(THIRD_SKILL) } as const;
    const undoOfCreate: Partial<PlannedChange> = {
      change: { operation: 'delete', serviceProviderId: 'amzn1.comms.csp.id.hotel-1' },
    };
    const unconfirmed = { change: { operation: 'delete', serviceProviderId: 'amzn1.comms.csp.id.hotel-1' } } as const;
    const texts = KINDS.flatMap((kind) => [
      textsOf(`${kind} one`, planOf(kind, several(kind, 1))),
      textsOf(`${kind} two`, planOf(kind, several(kind, 2))),
      textsOf(`${kind} ten`, planOf(kind, several(kind, 10))),
      textsOf(`${kind} eleven`, planOf(kind, several(kind, 11))),
      textsOf(
        `${kind} two of five`,
        planOf(kind, several(kind, 2), { skipped: skipped('sameSkill', 'notMapped'), unreadable }),
      ),
      textsOf(`${kind} with an unconfirmed change`, planOf(kind, [planned(kind, 1, { unconfirmed })])),
      `== ${kind} succeeded\n${successText(planOf(kind, several(kind, 1)), ALONE.skills)}`,
    ]);
    texts.push(
      textsOf('undo of a create', planOf('undo', [planned('undo', 1, undoOfCreate)])),
      textsOf(
        'undo of a create and of a remap',
        planOf('undo', [planned('undo', 1, undoOfCreate), planned('undo', 2)]),
      ),
      textsOf('undo of what was changed since', planOf('undo', [planned('undo', 1, { changedSince })])),
      textsOf(
        'undo of two that were changed since',
        planOf(
          'undo',
          [1, 2].map((at) => planned('undo', at, { changedSince })),
        ),
      ),
    );
    await expect(texts.join('\n\n') + '\n').toMatchFileSnapshot('texts/confirmations.txt');
  });

  it.each<readonly [string, Interference | undefined, number, Circumstances['sender'], string[]]>([
    [
      'what has changed',
      { type: 'changedMeanwhile', name: 'Hotel', others: 0 },
      0,
      {},
      ['Hotel was changed in the meantime. Nothing was sent. This is its current mapping.'],
    ],
    [
      'what was removed',
      { type: 'notListed', name: 'Hotel', others: 0 },
      0,
      {},
      ['Hotel was removed from the list in the meantime. Nothing was sent.'],
    ],
    [
      'what several were',
      { type: 'changedMeanwhile', name: 'Hotel', others: 1 },
      0,
      {},
      [
        '2 service providers were changed or removed from the list in the meantime. Nothing was sent. These are the current mappings.',
      ],
    ],
    [
      'another endpoint',
      { type: 'endpointChanged' },
      0,
      {},
      ['The API endpoint was changed in the meantime. Nothing was sent. Check the endpoint and try again.'],
    ],
    [
      'another session',
      { type: 'sessionChanged' },
      0,
      {},
      ['The sign-in was changed in the meantime. Nothing was sent. Check the account and try again.'],
    ],
    [
      'a hidden row',
      undefined,
      1,
      {},
      ['The filter hides 1 more service provider of this selection. It is not changed.'],
    ],
    [
      'hidden rows',
      undefined,
      3,
      {},
      ['The filter hides 3 more service providers of this selection. They are not changed.'],
    ],
    ['the account', undefined, 0, { account: 'Spain' }, ['Account: Spain']],
    ['the endpoint', undefined, 0, { host: 'api.example.com' }, ['API endpoint: api.example.com']],
    [
      'both',
      undefined,
      0,
      { account: 'Spain', host: 'api.example.com' },
      ['Account: Spain\nAPI endpoint: api.example.com'],
    ],
  ])('say %s beside the plan', (_what, because, hidden, sender, added) => {
    const plan = planOf('remap', several('remap', 2));
    const usual = confirmationText(plan, ALONE, 'en').paragraphs;
    const { paragraphs } = confirmationText(plan, { ...ALONE, because, hidden, sender }, 'en');
    expect(paragraphs.filter((paragraph) => !usual.includes(paragraph))).toEqual(added);
    expect(paragraphs.filter((paragraph) => !added.includes(paragraph))).toEqual(usual);
    if (because) expect(paragraphs[0]).toBe(added[0]);
  });

  it('shorten IDs and names in a list that would not fit into a dialog, and only then', () => {
    const long = (name: string) =>
      confirmationText(
        planOf(
          'remap',
          Array.from({ length: 10 }, (_, at) => planned('remap', at, { name })),
        ),
        ALONE,
        'en',
      ).paragraphs[1];
    expect(long('H')).toContain(OTHER_SKILL);
    const shortened = long('Grand Hotel of the Northern Lights and Fjords');
    expect(shortened).not.toContain(OTHER_SKILL);
    expect(shortened).toContain('Grand Hotel of the Northern Li…, currently');
    expect(shortened?.split('\n')).toHaveLength(10);
  });

  it('name a skill picker after what it is for', () => {
    expect([
      skillPickTitle('map', 1, 'Hotel'),
      skillPickTitle('map', 2, 'Hotel'),
      skillPickTitle('remap', 1, 'Hotel'),
      skillPickTitle('remap', 2, 'Hotel'),
    ]).toEqual([
      'Map Hotel to Skill',
      'Map 2 Service Providers to Skill',
      'Remap Hotel to Skill',
      'Remap 2 Service Providers to Skill',
    ]);
  });

  it('say why each service provider was skipped, alone and in a sentence', () => {
    const sentence = (...reasons: SkipReason[]) =>
      skippedText(planOf('remap', [], { skipped: skipped(...reasons) }), 'en');
    expect(SKIP_REASONS.map((reason) => [reason, skipReasonText(reason), sentence(reason)])).toEqual([
      ['sameSkill', 'already mapped to this skill', 'Skipped 1 already mapped to this skill.'],
      ['mappedToOther', 'already mapped to another skill', 'Skipped 1 already mapped to another skill.'],
      ['notMapped', 'not mapped', 'Skipped 1 not mapped.'],
      ['notListed', 'no longer in the list', 'Skipped 1 no longer in the list.'],
      ['notRead', 'interrupted while it was read', 'Skipped 1 interrupted.'],
      ['cleared', 'cleared in the preview', 'Skipped 1 cleared in the preview.'],
      ['changedMeanwhile', 'changed in the meantime', 'Skipped 1 changed in the meantime.'],
      ['unknownBefore', 'earlier mapping unknown', 'Skipped 1 with an unknown earlier mapping.'],
      ['restoredAlready', 'already has its earlier mapping', 'Skipped 1 already restored.'],
      ['unconfirmed', 'change unconfirmed, may still take effect', 'Skipped 1 with an unconfirmed change.'],
    ]);
    expect(sentence()).toBe('');
    expect(sentence('notMapped', 'notMapped', 'cleared')).toBe('Skipped 2 not mapped and 1 cleared in the preview.');
    expect(skippedText(planOf('remap', [], { unreadable }), 'en')).toBe('Skipped 1 that could not be read.');
  });

  it('warn of what a change replaces unseen', () => {
    const changedSince = { before: notMapped, target: mappedTo(SKILL) } as const;
    expect(warningText(planned('undo', 1), ALONE.skills)).toBeUndefined();
    expect(warningText(planned('undo', 1, { changedSince }), ALONE.skills)).toBe(
      `Changed again since. Before: not mapped. Your change: ${SKILL}. Current: ${OTHER_SKILL}`,
    );
    expect(warningText(planned('map', 1, { isUnknown: true }), ALONE.skills)).toBe(
      'The service has no such service provider, so the change will probably fail.',
    );
    expect(transitionText(planned('map', 1), ALONE.skills)).toBe('not mapped → 7d9ef6a0-64c7-4a5e-8a56-2f7b1d1f0a01');
  });

  describe('of skills with names', () => {
    const skills = skillsNamed({
      [SKILL]: 'Guest Calling with Video and Messages',
      [OTHER_SKILL]: 'Concierge',
      [THIRD_SKILL]: 'Concierge of the Night Shift',
    });
    const paragraphsOf = (plan: Plan) => confirmationText(plan, { ...ALONE, skills }, 'en').paragraphs;

    it('have the name and the ID of what is replaced, and of what replaces it', () => {
      const [lines] = paragraphsOf(planOf('remap', [planned('remap', 1)]));
      expect(lines?.split('\n').slice(0, 2)).toEqual([
        `Current: Concierge (${OTHER_SKILL})`,
        `New: Guest Calling with Video and Messages (${SKILL})`,
      ]);
      const [deleted] = paragraphsOf(planOf('delete', [planned('delete', 1)]));
      expect(deleted).toContain(`Concierge (${OTHER_SKILL}) will no longer handle the calls of Hotel 1.`);
      const [target] = paragraphsOf(planOf('remap', several('remap', 2)));
      expect(target).toBe(`New: Guest Calling with Video and Messages (${SKILL})`);
    });

    it('shorten both in a list, and drop the names if that is not enough', () => {
      const linesOf = (kind: OperationKind, count: number, name: string) =>
        paragraphsOf(
          planOf(
            kind,
            Array.from({ length: count }, (_, at) => planned(kind, at, { name })),
          ),
        ).join('\n');
      expect(linesOf('remap', 2, 'Hotel')).toContain(`Hotel, currently Concierge (${OTHER_SKILL})`);
      expect(linesOf('remap', 10, 'Grand Hotel Zurich')).toContain(
        'Grand Hotel Zurich, currently Concierge (93c1e2d4…4f2b02)',
      );
      expect(linesOf('undo', 10, 'Grand Hotel of the Northern Lights')).toContain(
        'Grand Hotel of the Northern Li…: 93c1e2d4…4f2b02 → 1f2e3d4c…d1e003',
      );
    });

    it('have the names alone in a preview, and in what is told afterwards', () => {
      expect(transitionText(planned('remap', 1), skills)).toBe('Concierge → Guest Calling with Video and Messages');
      expect(successText(planOf('remap', [planned('remap', 1)]), skills)).toBe(
        'Remapped Hotel 1 to Guest Calling with Video and Messages.',
      );
    });
  });

  it('show a preview of more than ten', () => {
    expect([10, 11].map(needsPreview)).toEqual([false, true]);
  });
});

describe('the summary of a bulk operation', () => {
  const reading = (mapping: NetworkMapping) => ({ mapping, readAtMs: 0 });
  const outcomes: readonly (ChangeOutcome | undefined)[] = [
    { type: 'succeeded', reading: reading(mappedTo(SKILL)) },
    { type: 'changedMeanwhile', reading: reading(notMapped) },
    {
      type: 'mappedToOther',
      skillId: THIRD_SKILL,
      reading: reading(mappedTo(THIRD_SKILL)),
      failure: aFailure('conflict'),
    },
    { type: 'notMapped', reading: reading(notMapped), failure: aFailure('notFound') },
    { type: 'notSent', reason: 'notListed' },
    { type: 'notSent', reason: 'endpointChanged' },
    { type: 'unconfirmed', failure: aFailure('timeout') },
    { type: 'failed', failure: aFailure('forbidden') },
    { type: 'failed', failure: aFailure('canceled') },
    undefined,
  ];
  const summaryOf = (
    kind: OperationKind,
    some: readonly (ChangeOutcome | undefined)[],
    stopped = false,
    more: Partial<Plan> = {},
  ) => {
    const results: ChangeResult[] = some.map((outcome, at) => ({
      planned: planned(kind, at),
      ...(outcome && { outcome }),
    }));
    const plan = planOf(
      kind,
      results.map((each) => each.planned),
      more,
    );
    return summaryText({ type: 'applied', operationId: 'operation', plan, results, stopped }, 'en');
  };

  it('has counts that add up to the selection, and the first reason if there are several', () => {
    expect(KINDS.map((kind) => summaryOf(kind, outcomes.slice(0, 1)))).toEqual([
      'Mapped 1 of 1.',
      'Remapped 1 of 1.',
      'Deleted 1 of 1 mappings.',
      'Undid 1 of 1 changes.',
      'Changed 1 of 1.',
    ]);
    expect(summaryOf('remap', outcomes, false, { skipped: skipped('cleared'), unreadable })).toBe(
      'Remapped 1 of 12. Skipped 1 cleared in the preview, 1 that could not be read, 3 changed in the meantime, and 1 no longer in the list. 1 failed. 1 unconfirmed. 3 not started. First reason: not allowed.',
    );
  });

  it('has the only reason of several failures, and none if the user stopped it', () => {
    const failed = outcomes.slice(7, 8);
    expect(summaryOf('map', [...failed, ...failed])).toBe('Mapped 0 of 2. 2 failed. Reason: not allowed.');
    const unread: ChangeOutcome = {
      type: 'unconfirmed',
      failure: aFailure('timeout'),
      verificationError: aFailure('network'),
    };
    expect(summaryOf('map', [unread])).toBe('Mapped 0 of 1. 1 unconfirmed. Reason: no response in time.');
    expect(summaryOf('map', outcomes.slice(7, 8), true)).toBe('Mapped 0 of 1. 1 failed.');
    expect(summaryOf('map', outcomes.slice(6, 7))).toBe('Mapped 0 of 1. 1 unconfirmed. Reason: no response in time.');
  });
});
