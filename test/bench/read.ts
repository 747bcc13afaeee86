import { createRequire } from 'node:module';
import { SecretVault } from '../support/secretStorage';
import { startSimulator } from '../simulator/simulator';
import { bundleInto } from './bundle';
import { type Measurement, rounded } from './measurement';
import { median, ratio } from './medians';
import { bareRead, LATENCY_MS, sampleInTurns } from './readLatency';
import type * as ShippedClient from './shippedClient';

/**
 * The overhead of our client in one read: the path, the timeouts, the cancellation, the validation of the response, the stored
 * session. Bundled as shipped, in the Node.js of this script, compared with a bare `fetch` of the same from the simulator.
 */
export const read: Measurement = {
  name: 'read',
  async measure({ dir, signal }) {
    const file = await bundleInto(dir, 'shippedClient');
    const shipped = createRequire(file)(file) as typeof ShippedClient;
    const latencyMs = { min: LATENCY_MS, max: LATENCY_MS };
    const simulator = await startSimulator({ seed: 10, switches: { latencyMs } });
    try {
      const { control, url } = simulator;
      const { accessToken } = control.demo;
      const id = control.providers().find(({ skillId }) => skillId !== null)?.serviceProviderId ?? '';
      const writes = new shipped.ExclusiveWrites(new shipped.FileLock(dir));
      const store = new shipped.SessionStore(new SecretVault().window(), writes);
      await store.save('default', { id: 'bench', accessToken, expiresAtMs: Date.now() + 3_600_000 });
      const client = new shipped.NetworkMappingClient(
        new shipped.ServiceClient({
          accountOf: () => undefined,
          endpoint: () => shipped.checkEndpoint(url),
          tokens: new shipped.AccessTokenProvider({
            store,
            writes,
            loginWithAmazon: () => Promise.reject(new Error('nothing must be renewed')),
            apiEndpoint: () => shipped.checkEndpoint(url),
            confirmHost: () => Promise.reject(new Error('the user must not be prompted')),
            tokenEndpoint: () => shipped.checkEndpoint(`${url}/auth/o2/token`),
            requestedScopes: () => [],
            configuredAccount: () => undefined,
            promptForToken: () => Promise.resolve(undefined),
          }),
        }),
      );
      const ours = async () => {
        const result = await client.get(id, { interactive: true, abortSignal: new AbortController().signal });
        if (!result.ok || result.value.type !== 'mapped') throw new Error(`the read failed: ${JSON.stringify(result)}`);
      };
      const resource = `${url}/v1/communications/serviceProviders/${encodeURIComponent(id)}/network`;
      const samples = await sampleInTurns(ours, () => bareRead(resource, accessToken), signal);
      store.dispose();
      return [
        {
          name: `one read at ${LATENCY_MS} ms / a bare fetch`,
          ...ratio(samples.ours, samples.bare),
          unit: 'times',
          aim: { below: 1.05 },
          information: { oursMs: rounded(median(samples.ours)), bareMs: rounded(median(samples.bare)) },
        },
      ];
    } finally {
      await simulator.stop();
    }
  },
};
