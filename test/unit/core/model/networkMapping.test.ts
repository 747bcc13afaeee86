import { describe, expect, it } from 'vitest';
import { changeBetween, isSameMapping, senderDifference, targetOf } from '../../../../src/core/model/networkMapping';
import { mappedTo, notMapped, OTHER_SKILL, SKILL } from '../../../support/builders';

const serviceProviderId = 'provider';
const STATES = [notMapped, mappedTo(SKILL), mappedTo(OTHER_SKILL)];

describe('the change from one mapping to another', () => {
  it.each([
    [notMapped, mappedTo(SKILL), { operation: 'create', serviceProviderId, skillId: SKILL }],
    [mappedTo(SKILL), mappedTo(OTHER_SKILL), { operation: 'update', serviceProviderId, skillId: OTHER_SKILL }],
    [mappedTo(SKILL), notMapped, { operation: 'delete', serviceProviderId }],
  ])('from %j to %j', (from, to, change) => {
    expect(changeBetween(serviceProviderId, from, to)).toEqual(change);
  });

  it('has the new mapping as its target, and is undefined only if both are the same', () => {
    for (const from of STATES) {
      for (const to of STATES) {
        const change = changeBetween(serviceProviderId, from, to);
        expect(isSameMapping(from, to)).toBe(from === to);
        if (from === to) expect(change).toBeUndefined();
        else expect(change && targetOf(change)).toEqual(to);
      }
    }
  });
});

describe('the difference between the confirmed sender and the current one', () => {
  const shown = { endpoint: 'https://api.example', account: 'hotels', session: 'session' };

  it.each([
    ['nothing', {}, undefined],
    ['the endpoint', { endpoint: 'https://other.example' }, 'endpointChanged'],
    ['the account', { account: 'villas' }, 'sessionChanged'],
    ['the session', { session: 'another session' }, 'sessionChanged'],
  ])('is correct when %s changed', (_what, changed, difference) => {
    expect(senderDifference(shown, { ...shown, ...changed })).toBe(difference);
  });
});
