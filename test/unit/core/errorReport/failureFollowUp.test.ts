import { describe, expect, it } from 'vitest';
import {
  explainFollowedUp,
  followUpOf as followUpWith,
  formatLogTime,
} from '../../../../src/core/errorReport/failureFollowUp';
import { describeFailure } from '../../../../src/core/failures/failureMessages';
import {
  aFailure,
  aReading,
  mappedTo,
  notMapped,
  OTHER_SKILL,
  SKILL,
  skillsNamed,
  THIRD_SKILL,
} from '../../../support/builders';

const clock = () => '10:29';
const followUpOf = (
  failed: Parameters<typeof followUpWith>[0],
  status: Parameters<typeof followUpWith>[1],
  time: typeof clock,
  skills = skillsNamed(),
) => followUpWith(failed, status, time, skills);
const endedAtMs = 1_700_000_000_040;
const replaced = mappedTo(SKILL);
const failure = aFailure('timeout', { operation: 'update', skillId: OTHER_SKILL, effect: 'unknown', replaced });
const later = (mapping: typeof notMapped) => ({ lastKnown: aReading(mapping, endedAtMs) });

describe('the follow-up of a failure', () => {
  it('shows the mapping read after it, and whether that is the requested one', () => {
    const status = { ...later(mappedTo(SKILL)), lastFailure: failure };
    expect(followUpOf(failure, status, clock)).toEqual({
      checked: `Checked at 10:29: still mapped to ${SKILL}`,
      isEffectKnown: true,
    });
    expect(followUpOf(failure, { ...later(mappedTo(OTHER_SKILL)), lastFailure: failure }, clock)).toEqual({
      checked: `Checked at 10:29: mapped to ${OTHER_SKILL}`,
      isEffectKnown: true,
    });
    // Changed by others, or perhaps so.
    expect(followUpOf(failure, { ...later(mappedTo(THIRD_SKILL)), lastFailure: failure }, clock).checked).toBe(
      `Checked at 10:29: mapped to ${THIRD_SKILL}`,
    );
    const { replaced: _, ...ofUnknown } = failure;
    expect(followUpOf(ofUnknown, { ...later(mappedTo(SKILL)), lastFailure: failure }, clock).checked).toBe(
      `Checked at 10:29: mapped to ${SKILL}`,
    );
    const create = aFailure('timeout', { operation: 'create', skillId: SKILL, replaced: notMapped });
    expect(followUpOf(create, { ...later(notMapped), lastFailure: create }, clock).checked).toBe(
      'Checked at 10:29: still not mapped',
    );
    const deletion = aFailure('timeout', { operation: 'delete' });
    expect(followUpOf(deletion, later(notMapped), clock).checked).toBe('Checked at 10:29: not mapped');
  });

  it('calls skills by their names', () => {
    const skills = skillsNamed({ [SKILL]: 'Guest Calling', [OTHER_SKILL]: 'Concierge' });
    expect(followUpOf(failure, { ...later(mappedTo(SKILL)), lastFailure: failure }, clock, skills)).toEqual({
      skillName: 'Concierge',
      checked: `Checked at 10:29: still mapped to Guest Calling (${SKILL})`,
      isEffectKnown: true,
    });
    expect(followUpOf(failure, later(mappedTo(OTHER_SKILL)), clock, skills).checked).toBe(
      `Checked at 10:29: mapped to Concierge (${OTHER_SKILL})`,
    );
    // The name is known although nothing was read since.
    expect(followUpOf(failure, {}, clock, skills)).toEqual({ skillName: 'Concierge' });
    expect(followUpOf(aFailure('network'), {}, clock, skills)).toEqual({});
  });

  it('is resolved when the row is without problems and has the requested mapping', () => {
    const resolved = 'Resolved at 10:29. Nothing is left to do.';
    expect(followUpOf(failure, later(mappedTo(OTHER_SKILL)), clock).resolved).toBe(resolved);
    expect(followUpOf(aFailure('timeout', { operation: 'delete' }), later(notMapped), clock).resolved).toBe(resolved);
    expect(followUpOf(aFailure('network'), later(notMapped), clock)).toEqual({ resolved });
  });

  it('is not resolved when a change was not made, so that it can be repeated', () => {
    for (const mapping of [mappedTo(SKILL), mappedTo(THIRD_SKILL), notMapped]) {
      expect(followUpOf(failure, later(mapping), clock)).not.toHaveProperty('resolved');
    }
    const deletion = aFailure('timeout', { operation: 'delete', replaced });
    expect(followUpOf(deletion, later(mappedTo(SKILL)), clock)).not.toHaveProperty('resolved');
  });

  it.each([
    ['a failed last request', { lastFailure: failure }],
    ['a request in progress', { inFlight: 'get' as const }],
    [
      'an unconfirmed change',
      {
        unconfirmed: {
          change: { operation: 'delete' as const, serviceProviderId: failure.serviceProviderId },
          failure,
        },
      },
    ],
  ])('is not resolved with %s', (_, some) => {
    expect(followUpOf(failure, { ...later(mappedTo(OTHER_SKILL)), ...some }, clock)).not.toHaveProperty('resolved');
  });

  it('is empty when nothing was read after it, or what was read is uncertain', () => {
    expect(followUpOf(failure, {}, clock)).toEqual({});
    expect(followUpOf(failure, { lastKnown: aReading(mappedTo(SKILL), endedAtMs - 1) }, clock)).toEqual({});
    expect(followUpOf(failure, { ...later(mappedTo(SKILL)), readError: failure }, clock)).toEqual({});
    expect(followUpOf(failure, { ...later(mappedTo(SKILL)), stale: true }, clock)).toEqual({});
  });
});

describe('the explanation of a failure that was followed up', () => {
  const may = /may have taken effect/;

  it('says that the change may have taken effect until that is known', () => {
    expect(explainFollowedUp(failure, {})).toEqual(describeFailure(failure));
    const unconfirmed = { change: { operation: 'delete' as const, serviceProviderId: 'a' }, failure };
    const pending = followUpOf(failure, { ...later(mappedTo(SKILL)), unconfirmed }, clock);
    expect(explainFollowedUp(failure, pending).cause).toMatch(may);
    const known = explainFollowedUp(failure, followUpOf(failure, later(mappedTo(SKILL)), clock));
    expect(known.cause).not.toMatch(may);
    expect(known).toEqual({ ...describeFailure(failure), cause: 'No complete response was received in time.' });
  });

  it('says that it is resolved, and no longer why it happened', () => {
    const resolved = followUpOf(failure, later(mappedTo(OTHER_SKILL)), clock);
    expect(explainFollowedUp(failure, resolved)).toMatchObject({
      title: 'Resolved: The service did not respond in time',
      cause: 'Resolved at 10:29. Nothing is left to do.',
    });
  });
});

describe('the time of a follow-up', () => {
  it('is written as in logs, with the date unless it is today', () => {
    const now = new Date(2026, 10, 28, 22, 43, 5).getTime();
    expect(formatLogTime(now - 1_000, now, 'en-US')).toBe('22:43:04');
    expect(formatLogTime(now - 86_400_000, now, 'en-US')).toBe('Nov 27, 2026, 22:43:05');
  });
});
