import { describe, expect, it } from 'vitest';
import { readConnection, secretsOf } from '../../../src/cli/environment';
import { withoutSecrets } from '../../../src/cli/terminal';
import { ACCESS_TOKEN } from '../../support/builders';

const CLIENT_ID = 'amzn1.application-oa2-client.0123456789abcdef0123456789abcdef';
const CLIENT_SECRET = 'amzn1.oa2-cs.v1.0123456789abcdef';
const REFRESH_TOKEN = 'Atzr|IwEBIJ-unit_test.refresh';
const CLIENT = { LWA_CLIENT_ID: CLIENT_ID, LWA_CLIENT_SECRET: CLIENT_SECRET, LWA_REFRESH_TOKEN: REFRESH_TOKEN };
const ENDPOINTS = { apiEndpoint: 'https://api.amazonalexa.com', tokenEndpoint: 'https://api.amazon.com/auth/o2/token' };
const refresh = { client: { id: CLIENT_ID, secret: CLIENT_SECRET }, token: REFRESH_TOKEN };

describe('the environment', () => {
  it('has an access token, or what gets one, or both', () => {
    expect(readConnection({ LWA_ACCESS_TOKEN: ` ${ACCESS_TOKEN}\n` }, {})).toEqual({
      ...ENDPOINTS,
      accessToken: ACCESS_TOKEN,
    });
    expect(readConnection(CLIENT, {})).toEqual({ ...ENDPOINTS, refresh });
    expect(readConnection({ ...CLIENT, LWA_ACCESS_TOKEN: ACCESS_TOKEN }, {})).toEqual({
      ...ENDPOINTS,
      accessToken: ACCESS_TOKEN,
      refresh,
    });
  });

  it.each(Object.keys(CLIENT))('is not enough without %s', (name) => {
    expect(readConnection({ ...CLIENT, [name]: '' }, {})).toEqual({
      problem: expect.stringContaining('Not signed in') as string,
    });
  });

  it('has endpoints, which arguments replace', () => {
    const environment = {
      LWA_ACCESS_TOKEN: ACCESS_TOKEN,
      ALEXA_NETWORK_MAPPING_API_ENDPOINT: 'https://api.eu.amazonalexa.com/',
      ALEXA_NETWORK_MAPPING_TOKEN_ENDPOINT: 'http://127.0.0.1:1/token',
    };
    expect(readConnection(environment, {})).toMatchObject({
      apiEndpoint: 'https://api.eu.amazonalexa.com',
      tokenEndpoint: 'http://127.0.0.1:1/token',
    });
    expect(readConnection(environment, { apiEndpoint: 'https://api.fe.amazonalexa.com' })).toMatchObject({
      apiEndpoint: 'https://api.fe.amazonalexa.com',
    });
  });

  it.each(['apiEndpoint', 'tokenEndpoint'])('sends no secret to an %s without TLS', (name) => {
    const connection = readConnection({ LWA_ACCESS_TOKEN: ACCESS_TOKEN }, { [name]: 'http://api.example.com' });
    expect(connection).toEqual({ problem: expect.stringContaining('Only https is allowed') as string });
  });
});

describe('the output', () => {
  it('has none of the secrets of the environment, nor any other that Login with Amazon issues', () => {
    const secrets = secretsOf({ ...CLIENT, LWA_ACCESS_TOKEN: 'an-odd-token-without-a-prefix' });
    let printed = '';
    const print = (text: string) => {
      printed += text;
    };
    const terminal = withoutSecrets(
      { out: print, error: print, progress: print, ask: undefined, stopSignal: new AbortController().signal },
      secrets,
    );
    terminal.out(`a ${ACCESS_TOKEN} b`);
    terminal.error('c an-odd-token-without-a-prefix d');
    terminal.progress(`e ${CLIENT_SECRET} ${REFRESH_TOKEN} f`);
    expect(printed).toBe('a [redacted] bc [redacted] de [redacted] [redacted] f');
  });
});
