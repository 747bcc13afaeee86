import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../../../src/core/failures/failureMessages';
import {
  FAILURE_KINDS,
  isUnreachable,
  type ApiFailure,
  type FailureKind,
} from '../../../../src/core/failures/apiFailure';
import { OPERATIONS } from '../../../../src/core/model/networkMapping';
import { describeSignInFailure } from '../../../../src/core/failures/signInMessages';
import { aFailure } from '../../../support/builders';
import { explanationSnapshot } from '../../../support/explanationSnapshot';

/** The kinds that can leave it unknown whether a change took effect. */
const MAY_HAVE_EFFECT: ReadonlySet<FailureKind> = new Set([
  ...(['forbidden', 'badRequest', 'conflict', 'serverError', 'unavailable'] as const),
  ...(['timeout', 'network', 'proxy', 'unexpectedResponse', 'canceled'] as const),
]);

const SENTENCE = /^\p{Lu}.*[.)]$/u;

describe.each(FAILURE_KINDS)('a failure of kind %s', (kind) => {
  const words = describeFailure(aFailure(kind, { detail: 'Only https is allowed.' }));

  it('says what happened, why, and what to do', () => {
    expect(words.title).toMatch(/^\p{Lu}.*[^.]$/u);
    expect(words.cause).toMatch(SENTENCE);
    expect(words.nextSteps.length).toBeGreaterThan(0);
    for (const step of words.nextSteps) expect(step).toMatch(SENTENCE);
    expect(words.suggestedActions.length).toBeGreaterThan(0);
  });

  it('has a reason that fits at the end of a row', () => {
    expect(words.reason).toMatch(/^\S.{2,38}$/);
    expect(words.reason).not.toMatch(/\.$/);
  });

  it('has its placeholders filled', () => {
    expect(JSON.stringify(words)).not.toMatch(/\{\d\}|undefined|NaN/);
  });

  it('links to public pages only', () => {
    for (const { label, url } of words.links) {
      expect(label).toMatch(/\S/);
      expect(url).toMatch(/^https:\/\/(developer\.amazon\.com|code\.visualstudio\.com)\//);
    }
  });

  it('does not contain service-provided text, which is for debugging only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (serviceType, serviceMessage) => {
        const failure = aFailure(kind, { serviceType, serviceMessage, detail: 'Only https is allowed.' });
        expect(describeFailure(failure)).toEqual(words);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the failure messages', () => {
  it('differ from kind to kind, in the row and in the title', () => {
    const all = FAILURE_KINDS.map((kind) => describeFailure(aFailure(kind)));
    expect(new Set(all.map(({ reason }) => reason)).size).toBe(all.length);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  });

  it('match the reviewed snapshot for all optional details', async () => {
    const variants: readonly Partial<ApiFailure>[] = [
      {},
      {
        operation: 'update',
        effect: 'unknown',
        account: 'eu',
        missingScopes: ['a', 'b'],
        requestId: 'id-1',
        retryAfterMs: 1001,
        detail: 'Only https is allowed.',
        signIn: { kind: 'proxy' },
      },
      { retryAfterMs: 1000 },
      { attempts: [] },
    ];
    const words = FAILURE_KINDS.flatMap((kind) =>
      variants.map((some) => explanationSnapshot(kind, describeFailure(aFailure(kind, some)))),
    );
    await expect([...new Set(words)].join('\n')).toMatchFileSnapshot('messages/failures.txt');
  });

  it('match the reviewed snapshot for changes of service providers themselves', async () => {
    const operations = ['createProvider', 'updateProvider', 'deleteProvider'] as const;
    const words = FAILURE_KINDS.flatMap((kind) => {
      const general = explanationSnapshot('', describeFailure(aFailure(kind, { operation: 'update' })));
      return operations.flatMap((operation) =>
        (MAY_HAVE_EFFECT.has(kind) ? (['none', 'unknown'] as const) : (['none'] as const)).flatMap((effect) => {
          const message = describeFailure(aFailure(kind, { operation, effect, serviceProviderId: '' }));
          const isGeneral = explanationSnapshot('', message) === general;
          return isGeneral ? [] : explanationSnapshot(`${kind} of ${operation}, effect: ${effect}`, message);
        }),
      );
    });
    await expect([...new Set(words)].join('\n')).toMatchFileSnapshot('messages/providerFailures.txt');
  });

  it.each(['throttled', 'unavailable'] as const)('say how long to wait when the service specifies it (%s)', (kind) => {
    const steps = (retryAfterMs: number) => describeFailure(aFailure(kind, { retryAfterMs })).nextSteps;
    expect(steps(199_001)).toEqual(['Try again in 200 seconds.']);
    expect(steps(1)).toEqual(['Try again in 1 second.']);
  });

  it('say that an ID is invalid when it was not sent, and not that the service rejected it', () => {
    expect(describeFailure(aFailure('badRequest', { attempts: [] }))).toMatchObject({
      title: "This isn't a valid service provider ID",
      cause: 'It is empty, too long, or contains characters that are not allowed in an ID. Nothing was sent.',
      nextSteps: ['Check the service provider ID.'],
    });
  });

  it('give both meanings of 401', () => {
    const { cause } = describeFailure(aFailure('unauthorized'));
    expect(cause).toContain('expired');
    expect(cause).toContain('no access');
  });

  it('suggest signing in exactly when another token can help', () => {
    const kinds = FAILURE_KINDS.filter((kind) => describeFailure(aFailure(kind)).suggestedActions.includes('signIn'));
    expect(kinds).toEqual(['signedOut', 'unauthorized', 'forbidden', 'endpointUnconfirmed']);
  });

  it('ask to send the request ID to support only when the service returned one', () => {
    expect(describeFailure(aFailure('serverError', { requestId: 'x' })).nextSteps.join()).toContain('request ID');
    expect(describeFailure(aFailure('serverError')).nextSteps.join()).not.toContain('request ID');
  });

  it('claim no more than is known: no connection after a timeout, no party behind a conflict', () => {
    expect(describeFailure(aFailure('timeout')).cause).not.toContain('connection was made');
    expect(describeFailure(aFailure('conflict')).cause).toMatch(/may already be mapped.*may have changed/);
  });

  it('say how long to wait when the service specified it', () => {
    expect(describeFailure(aFailure('throttled', { retryAfterMs: 1500 })).nextSteps.join()).toContain('2 seconds');
    expect(describeFailure(aFailure('throttled', { retryAfterMs: 900 })).nextSteps.join()).toContain(
      'Try again in 1 second.',
    );
    expect(describeFailure(aFailure('throttled')).nextSteps.join()).toContain('minute');
  });

  it('say why an endpoint is refused and that nothing was sent', () => {
    const { cause } = describeFailure(aFailure('invalidEndpoint', { detail: 'Only https is allowed.' }));
    expect(cause).toBe('Only https is allowed. Nothing was sent.');
  });

  it.each(['serverError', 'unavailable', 'timeout', 'network', 'unexpectedResponse', 'canceled'] as const)(
    'say that a change may have taken effect after %s, and never say so of a read',
    (kind) => {
      const unconfirmed = (operation: (typeof OPERATIONS)[number]) =>
        describeFailure(aFailure(kind, { operation, effect: 'unknown' })).cause.includes('may have taken effect');
      expect(OPERATIONS.filter(unconfirmed)).toEqual(['create', 'update', 'delete']);
      expect(describeFailure(aFailure(kind, { operation: 'create', effect: 'none' })).cause).not.toContain(
        'may have taken effect',
      );
    },
  );
});

describe('a session that could not be renewed', () => {
  it('is described by the sign-in failure behind it', () => {
    const signIn = { kind: 'proxy' } as const;
    const words = describeFailure(aFailure('renewalFailed', { signIn }));
    expect(words).toMatchObject({
      ...describeSignInFailure(signIn),
      cause: expect.stringContaining(describeSignInFailure(signIn).cause) as string,
    });
    expect(words.cause).toMatch(/^The access token expired/);
  });

  it('counts as unreachable when Login with Amazon is unreachable', () => {
    expect(isUnreachable({ kind: 'renewalFailed', signIn: { kind: 'timeout' } })).toBe(true);
    expect(isUnreachable({ kind: 'renewalFailed', signIn: { kind: 'invalidRequest' } })).toBe(false);
    // Further sign-in hints do not explain why the request failed.
    expect(isUnreachable({ kind: 'forbidden', signIn: { kind: 'timeout' } })).toBe(false);
  });
});

describe('a rejected access token', () => {
  it.each(['unauthorized', 'forbidden'] as const)('that lacks a scope gets a message about the scope: %s', (kind) => {
    const [first] = describeFailure(aFailure(kind, { missingScopes: ['a', 'b'] })).nextSteps;
    expect(first).toBe('You signed in without the permission a, b. Sign in again and allow it.');
    expect(describeFailure(aFailure(kind)).nextSteps[0]).toContain('amazon_communication::service_provider');
  });
});

describe('a missing account', () => {
  it('is named, with signing in as the suggested action', () => {
    const words = describeFailure(aFailure('accountMissing', { account: 'eu' }));
    expect(words.reason).toBe('not signed in to eu');
    expect(words.suggestedActions[0]).toBe('signIn');
  });

  it('has to be chosen in the settings when there are several', () => {
    const words = describeFailure(aFailure('accountMissing'));
    expect(words.reason).toBe('no account chosen');
    expect(words.nextSteps.join()).toContain('Add "account"');
    expect(words.suggestedActions[0]).toBe('openSettings');
  });
});

describe('the unreachable kinds', () => {
  it('are those in which neither the service nor Login with Amazon has responded', () => {
    expect(FAILURE_KINDS.filter((kind) => isUnreachable({ kind }))).toEqual([
      'unavailable',
      'timeout',
      'network',
      'nameResolution',
      'certificate',
      'proxy',
    ]);
  });
});
