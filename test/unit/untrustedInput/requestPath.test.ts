import fc from 'fast-check';
import { expect, it, vi, afterEach } from 'vitest';
import { NetworkMappingClient } from '../../../src/core/api/networkMappingClient';
import { ServiceClient } from '../../../src/core/api/serviceClient';
import { describeFailure } from '../../../src/core/failures/failureMessages';
import { PreparedTokens } from '../../support/accessTokens';
import { ACCESS_TOKEN } from '../../support/builders';
import { hostileText } from '../../support/hostileText';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('sends an ID to its own path of the one host, or nowhere', async () => {
  const sent: string[] = [];
  vi.stubGlobal('fetch', (url: string | URL | Request) => {
    sent.push(new URL(url instanceof Request ? url.url : url).href);
    return Promise.resolve(new Response('', { status: 404, headers: { 'x-amzn-requestid': 'id' } }));
  });
  const client = new NetworkMappingClient(
    new ServiceClient({
      accountOf: () => undefined,
      endpoint: () => ({ ok: true, url: 'https://api.example.com' }),
      tokens: new PreparedTokens(ACCESS_TOKEN),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostileText, fc.constantFrom('', '.', '..', '\ud800')), async (id) => {
      sent.length = 0;
      const result = await client.get(id);
      for (const url of sent) {
        const path = /^https:\/\/api\.example\.com\/v1\/communications\/serviceProviders\/([^/?#]+)\/network$/.exec(
          url,
        );
        expect(decodeURIComponent(path?.[1] ?? '')).toBe(id);
      }
      expect(sent).toHaveLength(result.ok ? 1 : 0);
      if (!result.ok) expect(describeFailure(result.failure).cause).toContain('Nothing was sent');
    }),
    { numRuns: 60 },
  );
});
