import { describe, expect, it } from 'vitest';
import { clientOf, usableClient } from '../../../../src/core/auth/knownClient';
import { checkEndpoint } from '../../../../src/core/model/endpoint';
import { aPastedSession, aRenewableSession, CLIENT } from '../../../support/sessions';

const AMAZON = checkEndpoint('https://api.amazon.com/auth/o2/token');
const origins = ['https://api.amazon.com'];

describe('the client of an earlier sign-in', () => {
  it('is that of the session, or what remained of it, with the origins of the session', () => {
    const session = { ...aRenewableSession(), origins };
    expect(clientOf({ type: 'signedIn', session })).toEqual({ ...CLIENT, origins });
    expect(clientOf({ type: 'signedIn', session: aRenewableSession() })).toEqual(CLIENT);
    expect(clientOf({ type: 'signedIn', session: aPastedSession() })).toBeUndefined();
    const remaining = { ...CLIENT, origins };
    expect(clientOf({ type: 'signedOut', reason: 'ended', client: remaining })).toEqual(remaining);
    expect(clientOf(undefined)).toBeUndefined();
  });

  it('goes with its secret only to the origins that it was entered for', () => {
    const known = { ...CLIENT, origins };
    expect(usableClient(known, AMAZON)).toEqual({ client: CLIENT });
    expect(usableClient(known, checkEndpoint('https://api.amazon.com/other'))).toEqual({ client: CLIENT });
    for (const elsewhere of [
      'https://login.example/auth/o2/token',
      'https://api.amazon.com:444/',
      'http://127.0.0.1:9',
    ]) {
      expect(usableClient(known, checkEndpoint(elsewhere))).toEqual({ clientId: CLIENT.id });
    }
    expect(usableClient({ ...CLIENT, origins: [] }, AMAZON)).toEqual({ clientId: CLIENT.id });
    expect(usableClient(CLIENT, AMAZON)).toEqual({ client: CLIENT });
  });
});
