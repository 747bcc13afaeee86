import { expect, it } from 'vitest';
import type { ChangeSender } from '../../../../src/core/model/networkMapping';
import { readProviderAs } from '../../../../src/core/onboarding/readProviderAs';
import { SERVICE_PROVIDER } from '../../../support/builders';
import { ProvidersInMemory } from '../../../support/providersInMemory';

const SENDER: ChangeSender = { endpoint: 'https://api.example', account: 'eu', session: 'one' };
const CHANGE = { serviceProviderId: SERVICE_PROVIDER, account: 'eu', endpoint: 'https://api.example' };

it.each<[string, readonly ChangeSender[], boolean]>([
  ['the same account at the same endpoint', [SENDER, SENDER], true],
  [
    'the account in another session',
    [
      { ...SENDER, session: 'two' },
      { ...SENDER, session: 'two' },
    ],
    true,
  ],
  ['another account', [{ ...SENDER, account: 'us' }], false],
  ['another endpoint', [{ ...SENDER, endpoint: 'https://other.example' }], false],
  ['an account that is signed out', [{ endpoint: SENDER.endpoint, account: 'eu' }], false],
  ['an account that signed in again during the read', [SENDER, { ...SENDER, session: 'two' }], false],
])('reads the service provider of a change as %s only if that sent it', async (_who, senders, isRead) => {
  const left = [...senders];
  const store = { sender: () => left.shift() ?? SENDER };
  const result = await readProviderAs(CHANGE, store, new ProvidersInMemory());
  expect(result !== undefined).toBe(isRead);
});
