import { describe, expect, it } from 'vitest';
import type { NetworkMapping } from '../../../../src/core/model/networkMapping';
import type { CurrentMapping } from '../../../../src/core/operations/currentMappings';
import { planChanges, type ChangeRequest } from '../../../../src/core/operations/planChanges';
import { aFailure, mappedTo, notMapped, OTHER_SKILL, SKILL } from '../../../support/builders';

const HOTEL = 'amzn1.comms.csp.id.hotel';
const SENDER = { endpoint: 'https://api.example.com', account: 'default', session: 'session' };
const about = { serviceProviderId: HOTEL, name: 'Hotel' };
const now = (mapping: NetworkMapping): CurrentMapping => ({ ...about, type: 'read', mapping, sender: SENDER });

const map: ChangeRequest = { kind: 'map', skillId: SKILL };
const remap: ChangeRequest = { kind: 'remap', skillId: SKILL };
const remove: ChangeRequest = { kind: 'delete' };

describe('a plan of changes', () => {
  it.each([
    [map, notMapped, { operation: 'create', serviceProviderId: HOTEL, skillId: SKILL }],
    [remap, mappedTo(OTHER_SKILL), { operation: 'update', serviceProviderId: HOTEL, skillId: SKILL }],
    [remove, mappedTo(SKILL), { operation: 'delete', serviceProviderId: HOTEL }],
  ])('changes what it applies to: $kind', (request, mapping, change) => {
    expect(planChanges(request, [now(mapping)])).toEqual({
      ...request,
      changes: [{ change, replaces: mapping, sender: SENDER, name: 'Hotel' }],
      skipped: [],
      unreadable: [],
    });
  });

  it.each([
    [map, mappedTo(SKILL), 'sameSkill'],
    [map, mappedTo(OTHER_SKILL), 'mappedToOther'],
    [remap, mappedTo(SKILL), 'sameSkill'],
    [remap, notMapped, 'notMapped'],
    [remove, notMapped, 'notMapped'],
  ] as const)('skips the rest, with the reason: %o, %o, %s', (request, mapping, reason) => {
    expect(planChanges(request, [now(mapping)])).toEqual({
      ...request,
      changes: [],
      skipped: [{ ...about, reason, mapping }],
      unreadable: [],
    });
  });

  it('accounts for what could not be read', () => {
    const failure = aFailure('timeout');
    const plan = planChanges(remap, [
      { ...about, type: 'failed', failure },
      { ...about, type: 'notListed' },
      { ...about, type: 'notRead' },
    ]);
    expect(plan).toMatchObject({
      changes: [],
      skipped: [{ reason: 'notListed' }, { reason: 'notRead' }],
      unreadable: [{ ...about, failure }],
    });
  });
});
