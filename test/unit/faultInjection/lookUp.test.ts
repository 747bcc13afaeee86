import { describe, expect, it } from 'vitest';
import { NetworkMappingClient } from '../../../src/core/api/networkMappingClient';
import { OnboardingClient } from '../../../src/core/api/onboardingClient';
import { MappingStore } from '../../../src/core/mappings/mappingStore';
import { startSimulator } from '../../simulator/simulator';
import { PreparedTokens } from '../../support/accessTokens';
import {
  aProvider,
  mappedTo,
  OTHER_SERVICE_PROVIDER,
  SERVICE_PROVIDER,
  signedInTo,
  SKILL,
} from '../../support/builders';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import { FAULTS, isEndless } from '../../support/faultInjection/mappingFaults';
import { RecordedChangeLog } from '../../support/recordedChangeLog';
import { serviceClientOf } from '../../support/simulatedService';

/** The faults that leave a read of a service provider as documented. */
const HARMLESS = new Set(['slow', 'successWithMark', 'successWrongContentType', 'successUnapplied']);

expectNothingLeft();

describe.concurrent('a service provider whose mapping is not found, and which cannot be looked up because of', () => {
  it.each(FAULTS)('$name, is neither mapped nor lost, and affects no other', async ({ name, failure }) => {
    const simulator = await startSimulator({
      seed: [
        { serviceProviderId: SERVICE_PROVIDER, skillId: null },
        { serviceProviderId: OTHER_SERVICE_PROVIDER, skillId: SKILL },
      ],
    });
    try {
      const { control, url } = simulator;
      const session = {
        type: 'granted',
        account: 'default',
        session: 'session of default',
        missingScopes: [],
      } as const;
      const tokens = new PreparedTokens({ ...session, token: control.demo.accessToken });
      const service = serviceClientOf(url, tokens, isEndless(failure) ? { attemptTimeoutMs: 500 } : {});
      const onboarding = new OnboardingClient(service);
      const store = new MappingStore(new NetworkMappingClient(service), new RecordedChangeLog(), {
        readProvider: (id, context) => onboarding.read(id, context),
        endpoint: () => url,
      });
      store.setEntries([aProvider(SERVICE_PROVIDER), aProvider(OTHER_SERVICE_PROVIDER)]);
      store.setSessions(signedInTo());
      control.addFault({ ...failure, operation: 'provider' });
      await store.refresh([SERVICE_PROVIDER]);

      expect(store.row(SERVICE_PROVIDER).type).toBe(name === 'notFound' ? 'unknownProvider' : 'notMapped');
      const known = store.status(SERVICE_PROVIDER).existence?.type;
      expect(known === 'exists').toBe(HARMLESS.has(name));
      const attempts = control.requests().filter(({ operation }) => operation === 'readProvider');
      expect(attempts.filter(({ status }) => status !== 429).length).toBeLessThanOrEqual(1);
      // A token that the service has just accepted is not replaced.
      expect(tokens.asked).toEqual([]);

      control.clearFaults();
      // A 429 holds back all requests of the account for a while.
      if (!name.startsWith('tooMany')) {
        await store.refresh([OTHER_SERVICE_PROVIDER]);
        expect(store.row(OTHER_SERVICE_PROVIDER)).toEqual(mappedTo(SKILL));
        await store.refresh([SERVICE_PROVIDER], { asksAgain: true });
        expect(store.status(SERVICE_PROVIDER).existence).toEqual({ type: 'exists' });
      }
      expect(control.requests().every(({ method }) => method === 'GET')).toBe(true);
    } finally {
      await simulator.stop();
    }
  });
});
