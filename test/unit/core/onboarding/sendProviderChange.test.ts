import { beforeEach, describe, expect, it } from 'vitest';
import type { ProviderChange } from '../../../../src/core/model/providerChange';
import { completionOfProviderChange, sendProviderChange } from '../../../../src/core/onboarding/sendProviderChange';
import { SERVICE_PROVIDER } from '../../../support/builders';
import { ProvidersInMemory } from '../../../support/providersInMemory';

const CREATE: ProviderChange = { operation: 'createProvider', logicalId: 'annex', displayName: 'Annex' };
const RENAME: ProviderChange = {
  operation: 'updateProvider',
  serviceProviderId: SERVICE_PROVIDER,
  displayName: 'Palace',
};
const DELETE: ProviderChange = { operation: 'deleteProvider', serviceProviderId: SERVICE_PROVIDER };

let client: ProvidersInMemory;

beforeEach(() => {
  client = new ProvidersInMemory();
  client.described.set(SERVICE_PROVIDER, { logicalId: 'grand', displayName: 'Grand' });
});

async function send(change: ProviderChange) {
  const outcome = await sendProviderChange(client, change, {}, 0);
  return { outcome, completion: completionOfProviderChange(change, outcome) };
}

describe('a change of a service provider', () => {
  it('succeeds with the response, and a create has the new ID', async () => {
    const { outcome, completion } = await send(CREATE);
    expect(outcome).toEqual({
      type: 'succeeded',
      serviceProviderId: 'amzn1.comms.csp.id.created-1',
      requestId: 'request-1',
    });
    expect(completion).toEqual({
      result: 'succeeded',
      createdId: 'amzn1.comms.csp.id.created-1',
      requestId: 'request-1',
    });
    expect((await send(RENAME)).completion).toEqual({ result: 'succeeded', requestId: 'request-1' });
    expect((await send(DELETE)).outcome).toMatchObject({ type: 'succeeded', serviceProviderId: SERVICE_PROVIDER });
  });

  it.each([CREATE, RENAME, DELETE])('is sent once, whatever the response, as %o', async (change) => {
    client.failing = { kind: 'timeout', takesEffect: false };
    await send(change);
    expect(client.sent).toHaveLength(1);
  });

  it.each([true, false])(
    'that creates is unconfirmed without a response, whether it took effect: %s',
    async (takesEffect) => {
      client.failing = { kind: 'serverError', status: 500, takesEffect };
      const { outcome, completion } = await send(CREATE);
      expect([outcome.type, completion]).toEqual([
        'unconfirmed',
        { result: 'unconfirmed', failure: 'serverError', status: 500 },
      ]);
    },
  );

  it('fails when it was rejected', async () => {
    client.failing = { kind: 'badRequest', status: 400, takesEffect: false };
    expect((await send(CREATE)).completion).toEqual({ result: 'failed', failure: 'badRequest', status: 400 });
  });

  it.each([RENAME, DELETE])('is verified by reading the service provider, as %o', async (change) => {
    client.failing = { kind: 'timeout', takesEffect: true };
    expect((await send(change)).completion).toEqual({ result: 'succeeded', failure: 'timeout' });
  });

  it.each([RENAME, DELETE])('that may still take effect is unconfirmed, as %o', async (change) => {
    client.failing = { kind: 'timeout', takesEffect: false };
    expect((await send(change)).outcome.type).toBe('unconfirmed');
    // The service itself has completed it.
    client.failing = { kind: 'serverError', status: 500, takesEffect: false };
    expect((await send(change)).outcome.type).toBe('failed');
  });

  it('is unconfirmed where nothing can be read, or no name', async () => {
    client.failing = { kind: 'serverError', status: 500, takesEffect: true };
    client.unreadable = 'forbidden';
    expect((await send(DELETE)).outcome.type).toBe('unconfirmed');
    client = new ProvidersInMemory();
    client.failing = { kind: 'serverError', status: 500, takesEffect: false };
    expect((await send(RENAME)).outcome.type).toBe('unconfirmed');
  });

  it('that was stopped before it was sent is recorded as not sent', async () => {
    const outcome = await sendProviderChange(client, DELETE, { stopSignal: AbortSignal.abort() }, 0);
    expect(completionOfProviderChange(DELETE, outcome)).toEqual({ result: 'notSent', failure: 'canceled' });
    expect(client.sent).toEqual([]);
  });
});
