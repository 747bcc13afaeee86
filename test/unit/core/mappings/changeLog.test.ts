import { describe, expect, it } from 'vitest';
import { completionOfUnconfirmed } from '../../../../src/core/mappings/changeLog';
import type { ExplainedUnconfirmedChange } from '../../../../src/core/mappings/providerStatus';
import type { NetworkMapping } from '../../../../src/core/model/networkMapping';
import {
  aFailure,
  mappedTo,
  notMapped,
  OTHER_SKILL,
  SERVICE_PROVIDER,
  SKILL,
  THIRD_SKILL,
} from '../../../support/builders';

const failure = aFailure('serverError', { operation: 'update' });
const change = { operation: 'update', serviceProviderId: SERVICE_PROVIDER, skillId: OTHER_SKILL } as const;

type Case = readonly [string, Partial<ExplainedUnconfirmedChange>, NetworkMapping, string];

/** The service processed the request, so a mapping that is as before shows that it had no effect. */
const processed = { settledAtMs: 1_000 } as const;

const CASES: readonly Case[] = [
  ['shows the requested mapping', { before: mappedTo(SKILL) }, mappedTo(OTHER_SKILL), 'succeeded'],
  ['is as before', { before: mappedTo(SKILL) }, mappedTo(SKILL), 'unconfirmed'],
  ['is as before a processed request', { ...processed, before: mappedTo(SKILL) }, mappedTo(SKILL), 'failed'],
  [
    'is another one after a processed request',
    { ...processed, before: mappedTo(SKILL) },
    mappedTo(THIRD_SKILL),
    'unconfirmed',
  ],
  ['is not the requested one, where the earlier one is unknown', {}, mappedTo(SKILL), 'unconfirmed'],
  ['is not what a processed request asked for, where the earlier one is unknown', processed, mappedTo(SKILL), 'failed'],
  [
    'is as before, but this program has requested another change since',
    { ...processed, before: mappedTo(SKILL), alsoRequested: [notMapped] },
    mappedTo(SKILL),
    'unconfirmed',
  ],
];

describe('an unconfirmed change whose mapping is read later', () => {
  it.each(CASES)('%s', (_title, details, mapping, result) => {
    const completion = completionOfUnconfirmed({ change, failure, ...details }, { mapping, readAtMs: 1_000 });
    expect(completion).toMatchObject({ result, actual: mapping, failure: 'serverError' });
  });

  it('is as before a processed request, but so early that this may still take effect', () => {
    const unconfirmed = { change, failure, ...processed, before: mappedTo(SKILL) };
    expect(completionOfUnconfirmed(unconfirmed, { mapping: mappedTo(SKILL), readAtMs: 999 }).result).toBe(
      'unconfirmed',
    );
  });
});
