import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../../src/core/failures/failureMessages';
import { FAILURE_KINDS, isUnreachable, type Failure } from '../../../../src/core/failures/apiFailure';
import { OPERATIONS } from '../../../../src/core/model/networkMapping';
import { explainSignIn } from '../../../../src/core/failures/signInMessages';
import { aFailure } from '../../../support/builders';
import { explained } from '../../../support/explanationSnapshot';

const SENTENCE = /^\p{Lu}.*[.)]$/u;

describe.each(FAILURE_KINDS)('a failure of the kind %s', (kind) => {
  const words = explain(aFailure(kind, { detail: 'Only https is allowed.' }));

  it('is explained: what happened, why, and what to do', () => {
    expect(words.title).toMatch(/^\p{Lu}.*[^.]$/u);
    expect(words.why).toMatch(SENTENCE);
    expect(words.nextSteps.length).toBeGreaterThan(0);
    for (const step of words.nextSteps) expect(step).toMatch(SENTENCE);
    expect(words.remedies.length).toBeGreaterThan(0);
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

  it('is explained without the words of the service, which are for debugging only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (serviceType, serviceMessage) => {
        const failure = aFailure(kind, { serviceType, serviceMessage, detail: 'Only https is allowed.' });
        expect(explain(failure)).toEqual(words);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the explanations', () => {
  it('differ from kind to kind, in the row and in the title', () => {
    const all = FAILURE_KINDS.map((kind) => explain(aFailure(kind)));
    expect(new Set(all.map(({ reason }) => reason)).size).toBe(all.length);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  });

  it('say what was reviewed, word for word, with whatever a failure can hold', async () => {
    const variants: readonly Partial<Failure>[] = [
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
      variants.map((some) => explained(kind, explain(aFailure(kind, some)))),
    );
    await expect([...new Set(words)].join('\n')).toMatchFileSnapshot('messages/failures.txt');
  });

  it.each(['throttled', 'unavailable'] as const)('say how long to wait where the service has said so (%s)', (kind) => {
    const steps = (retryAfterMs: number) => explain(aFailure(kind, { retryAfterMs })).nextSteps;
    expect(steps(199_001)).toEqual(['The service asks to wait 200 seconds. Try again after that.']);
    expect(steps(1)).toEqual(['The service asks to wait a second. Try again after that.']);
  });

  it('say of an id that was not even sent that it is none, and not that the service refused it', () => {
    expect(explain(aFailure('badRequest', { attempts: [] }))).toMatchObject({
      title: 'This is no service provider id',
      why: 'It is empty, too long, or has characters that no id has. Nothing was sent.',
      nextSteps: ['Check the service provider id.'],
    });
  });

  it('name both meanings of 401', () => {
    const { why } = explain(aFailure('unauthorized'));
    expect(why).toContain('expired');
    expect(why).toContain('no access');
  });

  it('offer to sign in exactly where another token can help', () => {
    const kinds = FAILURE_KINDS.filter((kind) => explain(aFailure(kind)).remedies.includes('signIn'));
    expect(kinds).toEqual(['signedOut', 'unauthorized', 'forbidden', 'endpointUnconfirmed']);
  });

  it('ask to send the request id to support only when the service gave one', () => {
    expect(explain(aFailure('serverError', { requestId: 'x' })).nextSteps.join()).toContain('request id');
    expect(explain(aFailure('serverError')).nextSteps.join()).not.toContain('request id');
  });

  it('claim no more than is known: neither a connection when time ran out, nor who is behind a conflict', () => {
    expect(explain(aFailure('timeout')).why).not.toContain('connection was made');
    expect(explain(aFailure('conflict')).why).toMatch(/conflicts.*Perhaps/);
  });

  it('say how long to wait when the service said it', () => {
    expect(explain(aFailure('throttled', { retryAfterMs: 1500 })).nextSteps.join()).toContain('2 seconds');
    expect(explain(aFailure('throttled', { retryAfterMs: 900 })).nextSteps.join()).toContain('wait a second.');
    expect(explain(aFailure('throttled')).nextSteps.join()).toContain('minute');
  });

  it('say why an endpoint is refused and that nothing was sent', () => {
    const { why } = explain(aFailure('endpointRefused', { detail: 'Only https is allowed.' }));
    expect(why).toBe('Only https is allowed. Nothing was sent.');
  });

  it.each(['serverError', 'unavailable', 'timeout', 'network', 'unexpectedResponse', 'cancelled'] as const)(
    'say that a change may have taken effect when it ended with %s, and never say so of a read',
    (kind) => {
      const doubtful = (operation: (typeof OPERATIONS)[number]) =>
        explain(aFailure(kind, { operation, effect: 'unknown' })).why.includes('may have taken effect');
      expect(OPERATIONS.filter(doubtful)).toEqual(['create', 'update', 'delete']);
      expect(explain(aFailure(kind, { operation: 'create', effect: 'none' })).why).not.toContain(
        'may have taken effect',
      );
    },
  );
});

describe('a session that could not be renewed', () => {
  it('is explained in the words for what Login with Amazon did not do', () => {
    const signIn = { kind: 'proxy' } as const;
    const words = explain(aFailure('renewalFailed', { signIn }));
    expect(words).toMatchObject({
      ...explainSignIn(signIn),
      why: expect.stringContaining(explainSignIn(signIn).why) as string,
    });
    expect(words.why).toMatch(/^The access token has expired/);
  });

  it('counts as out of reach when Login with Amazon is', () => {
    expect(isUnreachable({ kind: 'renewalFailed', signIn: { kind: 'timeout' } })).toBe(true);
    expect(isUnreachable({ kind: 'renewalFailed', signIn: { kind: 'requestRefused' } })).toBe(false);
    // What there is to say of a sign-in besides is not why the request failed.
    expect(isUnreachable({ kind: 'forbidden', signIn: { kind: 'timeout' } })).toBe(false);
  });
});

describe('a refused access token', () => {
  it.each(['unauthorized', 'forbidden'] as const)('that lacks a scope is explained by that when %s', (kind) => {
    const [first] = explain(aFailure(kind, { missingScopes: ['a', 'b'] })).nextSteps;
    expect(first).toBe('You signed in without the permission a, b. Sign in again and allow it.');
    expect(explain(aFailure(kind)).nextSteps[0]).toContain('amazon_communication::service_provider');
  });
});

describe('an account that is missing', () => {
  it('is named, and offered to be signed in to', () => {
    const words = explain(aFailure('accountMissing', { account: 'eu' }));
    expect(words.reason).toBe('not signed in to eu');
    expect(words.remedies[0]).toBe('signIn');
  });

  it('has to be chosen in the settings when there are several', () => {
    const words = explain(aFailure('accountMissing'));
    expect(words.reason).toBe('no account chosen');
    expect(words.nextSteps.join()).toContain('Add "account"');
    expect(words.remedies[0]).toBe('openSettings');
  });
});

describe('the kinds that say that nobody can be reached', () => {
  it('are those in which neither the service nor an account has spoken', () => {
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
