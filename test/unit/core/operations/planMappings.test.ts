import { describe, expect, it } from 'vitest';
import type { NetworkMapping } from '../../../../src/core/model/networkMapping';
import type { CurrentMapping } from '../../../../src/core/operations/currentMappings';
import { planMappings } from '../../../../src/core/operations/planMappings';
import { aFailure, mappedTo, notMapped, OTHER_SKILL, SKILL } from '../../../support/builders';

const HOTEL = 'amzn1.comms.csp.id.hotel';
const SENDER = { endpoint: 'https://api.example.com', account: 'default', session: 'session' };
const about = { serviceProviderId: HOTEL, name: 'Hotel' };
const now = (mapping: NetworkMapping): CurrentMapping => ({ ...about, type: 'read', mapping, sender: SENDER });

describe('a plan of wanted mappings', () => {
  it.each([
    [notMapped, mappedTo(SKILL), { operation: 'create', serviceProviderId: HOTEL, skillId: SKILL }],
    [mappedTo(OTHER_SKILL), mappedTo(SKILL), { operation: 'update', serviceProviderId: HOTEL, skillId: SKILL }],
    [mappedTo(OTHER_SKILL), notMapped, { operation: 'delete', serviceProviderId: HOTEL }],
  ])('changes %o to %o', (current, wanted, change) => {
    expect(planMappings(new Map([[HOTEL, wanted]]), [now(current)])).toEqual({
      kind: 'apply',
      changes: [{ change, replaces: current, sender: SENDER, name: 'Hotel' }],
      skipped: [],
      unreadable: [],
    });
  });

  it.each([
    [mappedTo(SKILL), 'sameSkill'],
    [notMapped, 'notMapped'],
  ] as const)('skips what is %o already', (mapping, reason) => {
    expect(planMappings(new Map([[HOTEL, mapping]]), [now(mapping)])).toMatchObject({
      changes: [],
      skipped: [{ ...about, reason, mapping }],
    });
  });

  it('skips the same skill in the other format of its ID', () => {
    const other = mappedTo(SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.'));
    expect(planMappings(new Map([[HOTEL, other]]), [now(mappedTo(SKILL))])).toMatchObject({ changes: [] });
  });

  it('changes nothing that is not wanted or could not be read', () => {
    const failure = aFailure('timeout');
    const current: CurrentMapping[] = [now(mappedTo(SKILL)), { ...about, type: 'failed', failure }];
    expect(planMappings(new Map(), current)).toMatchObject({ changes: [], unreadable: [{ ...about, failure }] });
  });
});
