import { describe, expect, it } from 'vitest';
import type { ChangeResult } from '../../../../src/core/history/changeRecord';
import { earlierCreation } from '../../../../src/core/onboarding/earlierCreation';
import { aChange, aCreation, historyOf } from '../../../support/recordedChanges';

const SENDER = { account: 'default', endpoint: 'https://api.amazonalexa.com' };

const found = async (changes: Parameters<typeof historyOf>[0], logicalId = 'annex', sender = SENDER) =>
  (await earlierCreation(historyOf(changes).newestFirst(), logicalId, sender))?.id;

describe('an earlier create with the same logical ID', () => {
  it.each<[ChangeResult | undefined, boolean]>([
    ['succeeded', true],
    ['unconfirmed', true],
    [undefined, true],
    ['failed', false],
    ['notSent', false],
  ])('that ended as %s counts: %s', async (result, counts) => {
    const change = aCreation({ id: 'one', completed: result && { result } });
    expect(await found([aChange(), change])).toBe(counts ? 'one' : undefined);
  });

  it('is of the same account, at the same endpoint', async () => {
    const changes = [aCreation({ id: 'one' })];
    expect(await found(changes, 'other')).toBeUndefined();
    expect(await found(changes, 'annex', { ...SENDER, account: 'eu' })).toBeUndefined();
    expect(await found(changes, 'annex', { ...SENDER, endpoint: 'https://other.example' })).toBeUndefined();
  });
});
