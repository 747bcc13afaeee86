import { describe, expect, it } from 'vitest';
import { followUpOf } from '../../../../src/core/errorReport/failureFollowUp';
import { aFailure, aReading, mappedTo, notMapped, OTHER_SKILL, SKILL, THIRD_SKILL } from '../../../support/builders';

const clock = () => '10:29';
const endedAtMs = 1_700_000_000_040;
const replaced = mappedTo(SKILL);
const failure = aFailure('timeout', { operation: 'update', skillId: OTHER_SKILL, effect: 'unknown', replaced });
const later = (mapping: typeof notMapped) => ({ lastKnown: aReading(mapping, endedAtMs) });

describe('the follow-up of a failure', () => {
  it('shows the mapping read after it, and whether that is the requested one', () => {
    const status = { ...later(mappedTo(SKILL)), lastFailure: failure };
    expect(followUpOf(failure, status, clock)).toEqual({ checked: `Checked 10:29: still mapped to ${SKILL}` });
    expect(followUpOf(failure, { ...later(mappedTo(OTHER_SKILL)), lastFailure: failure }, clock)).toEqual({
      checked: `Checked 10:29: mapped to ${OTHER_SKILL}`,
    });
    // Changed by others, or perhaps so.
    expect(followUpOf(failure, { ...later(mappedTo(THIRD_SKILL)), lastFailure: failure }, clock).checked).toBe(
      `Checked 10:29: mapped to ${THIRD_SKILL}`,
    );
    const { replaced: _, ...ofUnknown } = failure;
    expect(followUpOf(ofUnknown, { ...later(mappedTo(SKILL)), lastFailure: failure }, clock).checked).toBe(
      `Checked 10:29: mapped to ${SKILL}`,
    );
    const create = aFailure('timeout', { operation: 'create', skillId: SKILL, replaced: notMapped });
    expect(followUpOf(create, { ...later(notMapped), lastFailure: create }, clock).checked).toBe(
      'Checked 10:29: still not mapped',
    );
    const deletion = aFailure('timeout', { operation: 'delete' });
    expect(followUpOf(deletion, later(notMapped), clock).checked).toBe('Checked 10:29: not mapped');
  });

  it('is resolved when the row is without problems', () => {
    expect(followUpOf(failure, later(mappedTo(SKILL)), clock).resolved).toBe('Resolved 10:29');
    expect(followUpOf(aFailure('network'), later(notMapped), clock)).toEqual({ resolved: 'Resolved 10:29' });
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
    expect(followUpOf(failure, { ...later(mappedTo(SKILL)), ...some }, clock)).not.toHaveProperty('resolved');
  });

  it('is empty when nothing was read after it, or what was read is uncertain', () => {
    expect(followUpOf(failure, {}, clock)).toEqual({});
    expect(followUpOf(failure, { lastKnown: aReading(mappedTo(SKILL), endedAtMs - 1) }, clock)).toEqual({});
    expect(followUpOf(failure, { ...later(mappedTo(SKILL)), readError: failure }, clock)).toEqual({});
    expect(followUpOf(failure, { ...later(mappedTo(SKILL)), stale: true }, clock)).toEqual({});
  });
});
