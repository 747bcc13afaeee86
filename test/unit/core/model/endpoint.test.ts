import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import manifest from '../../../../package.json';
import { checkApiEndpoint, checkEndpoint } from '../../../../src/core/model/endpoint';

describe('an endpoint', () => {
  it.each([
    ['https://api.amazonalexa.com', 'https://api.amazonalexa.com'],
    ['https://api.amazonalexa.com/', 'https://api.amazonalexa.com'],
    ['https://gateway.example:8443/alexa/', 'https://gateway.example:8443/alexa'],
    ['HTTPS://API.AMAZONALEXA.COM', 'https://api.amazonalexa.com'],
    ['http://127.0.0.1:9090', 'http://127.0.0.1:9090'],
    ['http://127.8.9.1', 'http://127.8.9.1'],
    ['http://127.0.10.255', 'http://127.0.10.255'],
    ['http://[::1]:80', 'http://[::1]'],
    ['http://localhost:3000', 'http://localhost:3000'],
  ])('%s is accepted, without a trailing slash', (value, url) => {
    expect(checkEndpoint(value)).toEqual({ ok: true, url });
  });

  it.each([
    'http://api.amazonalexa.com',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://evil.example/127.0.0.1',
    'http://0.0.0.0',
    'http://10.0.0.1',
    'http://[::2]',
    'ftp://127.0.0.1',
    'ws://localhost',
    'file:///etc/hosts',
    'javascript:alert(1)',
  ])('%s is rejected, since a token would be sent unprotected', (value) => {
    expect(checkEndpoint(value)).toEqual({ ok: false, problem: expect.stringContaining('https') as string });
  });

  it.each([
    'https://user@api.amazonalexa.com',
    'https://user:word@api.amazonalexa.com',
    'https://api.amazonalexa.com?x=1',
    'https://api.amazonalexa.com/#there',
    'https://api.amazonalexa.com/?',
    'https://api.amazonalexa.com/#',
  ])('%s is rejected, since a path cannot be appended to it', (value) => {
    expect(checkEndpoint(value)).toEqual({ ok: false, problem: expect.stringContaining('not allowed') as string });
  });

  it.each([[''], ['api.amazonalexa.com'], ['https://'], [null], [undefined], [42], [{}], [['https://host']]])(
    '%j is rejected with an example of a URL',
    (value) => {
      expect(checkEndpoint(value)).toEqual({ ok: false, problem: expect.stringContaining('https://') as string });
    },
  );

  it('that is accepted is https or loopback, keeps its host, and can have a path appended', () => {
    const anyUrl = fc.webUrl({ withFragments: true, withQueryParameters: true, validSchemes: ['http', 'https'] });
    fc.assert(
      fc.property(fc.oneof(anyUrl, fc.string(), fc.anything()), (value) => {
        const check = checkEndpoint(value);
        if (!check.ok) {
          expect(check.problem).toMatch(/\S/);
          return;
        }
        const target = new URL(`${check.url}/v1/x/network`);
        expect(target.pathname).toMatch(/\/v1\/x\/network$/);
        expect(target.origin).toBe(new URL(String(value)).origin);
        if (target.protocol !== 'https:') expect(target.hostname).toMatch(/^(127\.|localhost$|\[::1\]$)/);
      }),
    );
  });
});

describe('the pattern of the settings', () => {
  const { properties } = manifest.contributes.configuration;
  const patterns = [
    properties['alexaNetworkMapping.apiEndpoint'],
    properties['alexaNetworkMapping.authorizationEndpoint'],
    properties['alexaNetworkMapping.tokenEndpoint'],
  ].map(({ pattern }) => new RegExp(pattern, 'u'));

  it.each([
    'https://api.amazonalexa.com',
    'https://www.amazon.com/ap/oa',
    'https://gateway.example:8443/alexa/',
    'HTTPS://API.AMAZONALEXA.COM',
    'http://127.8.9.1:9090/token',
    'http://[::1]:80',
    'http://localhost',
    'http://api.amazonalexa.com',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://evil.example/127.0.0.1',
    'http://[::2]',
    'ftp://127.0.0.1',
    'https://user@api.amazonalexa.com',
    'http://localhost@evil.example',
    'https://api.amazonalexa.com?x=1',
    'https://api.amazonalexa.com/#there',
    'https://',
    '',
  ])('agrees about %j with the check, so that the settings editor shows what is refused', (value) => {
    for (const pattern of patterns) expect(pattern.test(value)).toBe(checkEndpoint(value).ok);
  });
});

describe('the API endpoint', () => {
  const API = '/v1/communications/serviceProviders/amzn1.comms.csp.id.2/network';

  it.each([
    'https://api.amazonalexa.com',
    'https://api.amazonalexa.com/',
    'https://api.amazonalexa.com/v1',
    'https://api.amazonalexa.com/v1/',
    'https://api.amazonalexa.com//v1//',
    'https://api.amazonalexa.com/V1',
    'https://api.amazonalexa.com/v1/v1',
    'https://api.amazonalexa.com/v1/communications',
    'https://api.amazonalexa.com/v1/communications/serviceProviders',
    'https://api.amazonalexa.com/v1/communications/serviceProviders/',
    'https://api.amazonalexa.com/v1/communications/serviceProviders/amzn1.comms.csp.id.2',
    `https://api.amazonalexa.com${API}`,
    `https://api.amazonalexa.com${API}/`,
    'https://api.amazonalexa.com/v1/communications/serviceProviders/%7BserviceProviderId%7D/network',
    'https://api.amazonalexa.com/v1/communications/serviceProviders/{serviceProviderId}/network',
    ' https://api.amazonalexa.com/v1 ',
  ])('%s is accepted without the API path', (value) => {
    expect(checkApiEndpoint(value)).toEqual({ ok: true, url: 'https://api.amazonalexa.com' });
  });

  it.each([
    ['https://gateway.example/alexa', 'https://gateway.example/alexa'],
    ['https://gateway.example/alexa/v1', 'https://gateway.example/alexa'],
    [`https://gateway.example/alexa${API}`, 'https://gateway.example/alexa'],
    ['http://127.0.0.1:9090/v1', 'http://127.0.0.1:9090'],
    ['https://gateway.example/v12', 'https://gateway.example/v12'],
    ['https://gateway.example/v1/alexa', 'https://gateway.example/v1/alexa'],
  ])('%s keeps the path of a gateway: %s', (value, url) => {
    expect(checkApiEndpoint(value)).toEqual({ ok: true, url });
  });

  it.each([
    'https://api.amazonalexa.com/v1/skills',
    'https://api.eu.amazonalexa.com/alexa',
    'https://API.amazonalexa.com./v2',
    'https://api.amazonalexa.com/communications/serviceProviders',
    `https://api.amazonalexa.com${API}/more`,
    `https://gateway.example${API}/more`,
    'https://gateway.example/v1/communications/other',
    'https://gateway.example/v1/serviceProviders',
  ])('%s is rejected, since the API path is appended to it', (value) => {
    expect(checkApiEndpoint(value)).toEqual({ ok: false, problem: expect.stringContaining('path') as string });
  });

  it.each(['http://api.amazonalexa.com/v1', 'https://api.amazonalexa.com/v1?x', 'https://a@b/v1', '', 7])(
    '%s is rejected like any other endpoint',
    (value) => {
      expect(checkApiEndpoint(value)).toEqual(checkEndpoint(value));
    },
  );
});
