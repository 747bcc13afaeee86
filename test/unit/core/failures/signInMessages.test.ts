import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../../../src/core/failures/failureMessages';
import { FAILURE_KINDS } from '../../../../src/core/failures/apiFailure';
import {
  describeSignInFailure,
  missingScopesText,
  pasteInsteadText,
  redirectTimeoutHint,
} from '../../../../src/core/failures/signInMessages';
import {
  invalidatesSession,
  SIGN_IN_FAILURE_KINDS,
  type SignInFailure,
} from '../../../../src/core/failures/signInFailure';
import { aFailure } from '../../../support/builders';
import { explanationSnapshot } from '../../../support/explanationSnapshot';

const SENTENCE = /^\p{Lu}.*[.)]$/u;
const REDIRECT_URI = 'http://127.0.0.1:9090/cb';
const MAPPING_SCOPE = 'amazon_communication::service_provider';
const MANAGEMENT_SCOPE = 'alexa::enterprise:management';

const HOSTILE = [
  '[a](command:workbench.action.quit)',
  '<img src=x onerror=alert(1)>',
  '$(error) {0} {1} {2}',
  "$& $1 $` $'",
  'constructor',
];

/** All text that the user can read about the failure. */
function wordsOf(failure: SignInFailure): string {
  const { reason, title, cause: why, nextSteps, links } = describeSignInFailure(failure);
  return [reason, title, why, ...nextSteps, ...links.map(({ label }) => label)].join('\n');
}

/** Failures of the kind with the fewest and the most details. */
function variants(kind: SignInFailure['kind']): SignInFailure[] {
  return [
    { kind },
    {
      kind,
      detail: 'Only https is allowed.',
      requestId: 'id-1',
      redirectUri: REDIRECT_URI,
      scopesToDrop: [MANAGEMENT_SCOPE],
      retryAfterMs: 1500,
    },
    { kind, redirectUri: REDIRECT_URI, scopesToDrop: [MAPPING_SCOPE], retryAfterMs: 0 },
    { kind, portHeldByOtherWindow: true, scopesToDrop: [] },
  ];
}

describe.each(SIGN_IN_FAILURE_KINDS)('a sign-in failure of kind %s', (kind) => {
  it.each(variants(kind))('says what happened, why, and what to do (%j)', (failure) => {
    const words = describeSignInFailure(failure);
    expect(words.title).toMatch(/^\p{Lu}.*[^.]$/u);
    expect(words.cause).toMatch(SENTENCE);
    expect(words.cause, 'it is read without the title, too').not.toMatch(/^(It|They|This signs)\b/);
    expect(words.nextSteps.length).toBeGreaterThan(0);
    for (const step of words.nextSteps) expect(step).toMatch(SENTENCE);
    expect(words.suggestedActions.length).toBeGreaterThan(0);
    expect(words.reason).toMatch(/^\S.{2,38}[^.]$/);
    expect(JSON.stringify(words)).not.toMatch(/\{\d\}|undefined|NaN/);
  });

  it('links to public pages only, each once', () => {
    const { links } = describeSignInFailure({ kind });
    for (const { label, url } of links) {
      expect(label).toMatch(/\S/);
      expect(url).toMatch(/^https:\/\/(developer\.amazon\.com|code\.visualstudio\.com)\//);
    }
    expect(new Set(links.map(({ url }) => url)).size).toBe(links.length);
  });

  it('does not contain text from Login with Amazon, which is for debugging only', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...variants(kind)), (lwaMessage, failure) => {
        expect(describeSignInFailure({ ...failure, lwaMessage })).toEqual(describeSignInFailure(failure));
      }),
      { numRuns: 20 },
    );
  });

  it.each(HOSTILE)('treats external text as plain text: %s', (words) => {
    const told = (some: Partial<SignInFailure>) => describeSignInFailure({ kind, redirectUri: REDIRECT_URI, ...some });
    const marked = (text: string) => JSON.parse(JSON.stringify(told({ detail: text }))) as unknown;
    const safe = 'MARK';
    expect(JSON.stringify(marked(words))).toBe(
      JSON.stringify(marked(safe)).replaceAll(safe, () => JSON.stringify(words).slice(1, -1)),
    );
    expect(told({ detail: words }).links).toEqual(told({}).links);
    expect(told({ detail: words }).suggestedActions).toEqual(told({}).suggestedActions);
  });
});

describe('the sign-in failure messages', () => {
  it('match the reviewed snapshot for all optional details', async () => {
    const words = SIGN_IN_FAILURE_KINDS.flatMap((kind) =>
      variants(kind).map((failure) => explanationSnapshot(kind, describeSignInFailure(failure))),
    );
    await expect([...new Set(words)].join('\n')).toMatchFileSnapshot('messages/signInFailures.txt');
  });

  it('differ from kind to kind, in the row and in the title, and from those of the mapping API', () => {
    const all = SIGN_IN_FAILURE_KINDS.map((kind) => describeSignInFailure({ kind }));
    // A failed renewal uses the message of the sign-in failure behind it.
    const others = FAILURE_KINDS.filter((kind) => kind !== 'renewalFailed').map((kind) =>
      describeFailure(aFailure(kind)),
    );
    const both = [...all, ...others];
    expect(new Set(both.map(({ reason }) => reason)).size).toBe(both.length);
    expect(new Set(both.map(({ title }) => title)).size).toBe(both.length);
  });

  it('say that the user is still signed in for temporary failures only, and for none that ends a session', () => {
    const calming = SIGN_IN_FAILURE_KINDS.filter((kind) =>
      describeSignInFailure({ kind }).cause.includes('sign-in state is unchanged'),
    );
    expect(calming).toEqual([
      'consentDenied',
      'invalidRequest',
      'throttled',
      'serverError',
      'unavailable',
      'timeout',
      'network',
      'nameResolution',
      'certificate',
      'proxy',
      'unexpectedResponse',
      'canceled',
    ]);
    expect(calming.filter(invalidatesSession)).toEqual([]);
  });

  it('belong to two kinds only that invalidate a stored session', () => {
    expect(SIGN_IN_FAILURE_KINDS.filter(invalidatesSession)).toEqual(['refreshTokenRevoked', 'invalidClient']);
  });

  it('suggest signing in when the stored sign-in is invalid, and opening the settings when those are invalid', () => {
    const first = (suggestedAction: string) =>
      SIGN_IN_FAILURE_KINDS.filter((kind) => describeSignInFailure({ kind }).suggestedActions[0] === suggestedAction);
    expect(first('signIn')).toEqual(['refreshTokenRevoked', 'invalidClient', 'clientNotAuthorized']);
    expect(first('openSettings')).toEqual([
      'invalidRedirectUri',
      'invalidEndpoint',
      'invalidScopesSetting',
      'invalidScope',
    ]);
  });

  it.each(['invalidRedirectUri', 'invalidEndpoint', 'invalidScopesSetting'] as const)(
    'say what is wrong with the setting, and that nothing was sent (%s)',
    (kind) => {
      expect(describeSignInFailure({ kind, detail: 'Only https is allowed.' }).cause).toBe(
        'Only https is allowed. Nothing was sent.',
      );
      expect(describeSignInFailure({ kind }).cause).toBe('Nothing was sent.');
    },
  );

  it.each([
    ['invalidRedirectUri', ['alexaNetworkMapping.redirectUri', REDIRECT_URI, 'Allowed Return URLs']],
    ['invalidEndpoint', ['alexaNetworkMapping.authorizationEndpoint', 'alexaNetworkMapping.tokenEndpoint']],
    ['invalidScopesSetting', ['alexaNetworkMapping.scopes', MAPPING_SCOPE]],
    ['consentDenied', ['allow access on the consent page']],
    ['unexpectedRedirect', ['latest page', 'sign in again']],
    ['refreshTokenRevoked', ['revoked', 'password', 'Sign in again.']],
    ['clientNotAuthorized', ['that it was issued to', 'enabled for Login with Amazon']],
    ['certificate', ['company proxy', 'date and time', 'No secrets were sent']],
    ['proxy', ['http.proxy']],
    ['network', ['VPN', 'http.proxy', 'a proxy requires authentication']],
    ['nameResolution', ['offline', 'alexaNetworkMapping.tokenEndpoint']],
    ['timeout', ['VPN or proxy']],
    ['unexpectedResponse', ['sign-in page of a network', 'asks you to sign in first']],
  ] as const)('contain the key facts for %s', (kind, decisive) => {
    for (const words of decisive) expect(wordsOf({ kind })).toContain(words);
  });

  it('ask to send the request ID to support only when there is one', () => {
    for (const kind of ['serverError', 'invalidRequest'] as const) {
      expect(wordsOf({ kind, requestId: 'x' })).toContain('request ID');
      expect(wordsOf({ kind })).not.toContain('request ID');
    }
  });

  it('say how long to wait when Login with Amazon specified it', () => {
    expect(wordsOf({ kind: 'throttled', retryAfterMs: 1500 })).toContain('2 seconds');
    expect(wordsOf({ kind: 'throttled', retryAfterMs: 1001 })).toContain('2 seconds');
    expect(wordsOf({ kind: 'throttled', retryAfterMs: 1000 })).toContain('Try again in 1 second.');
    expect(wordsOf({ kind: 'throttled' })).toContain('minute');
  });

  it('contain the error code of a rejected request, and nothing else of it', () => {
    expect(describeSignInFailure({ kind: 'invalidRequest', detail: 'invalid_request' }).cause).toContain(
      '(invalid_request)',
    );
  });
});

describe('the message for an unlisted return URL', () => {
  const failure: SignInFailure = { kind: 'redirectTimeout', redirectUri: 'http://localhost:9090/cb' };

  it('says, after a timeout, what to add and that Amazon never sends the browser back', () => {
    const words = describeSignInFailure(failure);
    expect(words.title).toBe('The browser did not return in time');
    expect(words.cause).toContain('does not redirect the browser');
    expect(words.nextSteps[0]).toBe(
      "If Amazon's page says that the return URL is not allowed, add exactly http://localhost:9090/cb to Allowed Return URLs of the security profile. 127.0.0.1 and localhost are different addresses there.",
    );
    expect(words.links.map(({ label }) => label)).toContain('Login with Amazon console');
  });

  it('names the setting when the address is unknown', () => {
    expect(describeSignInFailure({ kind: 'redirectTimeout' }).nextSteps[0]).toContain(
      'alexaNetworkMapping.redirectUri',
    );
  });

  it('is also a hint while waiting for the browser, with the scopes and the address to paste', () => {
    expect(redirectTimeoutHint('http://localhost:9090/cb')).toBe(
      "If Amazon's page rejects the return URL, add exactly http://localhost:9090/cb to Allowed Return URLs of the security profile. If it rejects a scope, check the setting alexaNetworkMapping.scopes. If the last page cannot be reached, paste its address here.",
    );
  });
});

describe('the message for a port in use', () => {
  const failure: SignInFailure = { kind: 'portTaken', redirectUri: REDIRECT_URI };
  const anotherPort =
    'Choose another port in the setting alexaNetworkMapping.redirectUri, and add that address to Allowed Return URLs of the security profile, exactly as it is in the setting.';

  it.each([{}, { detail: 'EADDRINUSE' }])(
    'says to close the other program or to choose another port (%j)',
    (details) => {
      const words = describeSignInFailure({ ...failure, ...details });
      expect(words.title).toBe('The sign-in port is in use');
      expect(words.cause).toBe(
        'The browser must return to http://127.0.0.1:9090/cb, but another program is using this port.',
      );
      expect(words.nextSteps).toEqual(['Close the program that is using this port, then try again.', anotherPort]);
    },
  );

  it('points to the other window when that one waits for a sign-in', () => {
    const words = describeSignInFailure({ ...failure, detail: 'EADDRINUSE', portHeldByOtherWindow: true });
    expect(words.title).toBe('Another window is waiting for a sign-in');
    expect(words.nextSteps).toEqual(['Finish or cancel the sign-in in the other window, then try again.']);
  });

  it('mentions no other program when the system refuses the port', () => {
    const words = describeSignInFailure({ ...failure, detail: 'EACCES' });
    expect(words.title).toBe('Could not listen on the sign-in port');
    expect(words.cause).toContain('this port could not be opened (EACCES)');
    expect(words.nextSteps).toEqual([anotherPort]);
  });
});

describe('the hint that the browser cannot return', () => {
  it.each([
    [{ detail: 'EADDRINUSE' }, /^The sign-in port is in use\. Paste .+, or close the program .+ and try again\.$/],
    [{ portHeldByOtherWindow: true }, /^Another window .+\. Paste .+, or finish the other sign-in and try again\.$/],
    [{ detail: 'EACCES' }, /^Could not listen .+\. Paste .+, or choose another port .+redirectUri and try again\.$/],
  ])('says what to do as alternatives (%j)', (details, words) => {
    expect(pasteInsteadText({ kind: 'portTaken', ...details })).toMatch(words);
  });
});

describe('the message for a wrong client secret', () => {
  it('says that ID and secret belong to one security profile, and where to find both', () => {
    const words = describeSignInFailure({ kind: 'invalidClient' });
    expect(words.title).toBe('Login with Amazon refused the client ID or the client secret');
    expect(words.cause).toContain('Both must be from the same security profile.');
    expect(words.nextSteps[0]).toBe(
      'In the Login with Amazon console, open Web Settings of the security profile, and copy the client ID and the client secret.',
    );
    expect(words.nextSteps[1]).toContain('alexaNetworkMapping.clientId');
  });
});

describe('the message for an expired code', () => {
  it('says how long a code is valid, and to sign in again', () => {
    const words = describeSignInFailure({ kind: 'invalidCode' });
    expect(words.title).toBe('Login with Amazon refused the sign-in code');
    expect(words.cause).toContain('A code can be used once, within five minutes.');
    expect(words.nextSteps[0]).toBe('Sign in again.');
  });
});

describe('the message for a scope that the client may not use', () => {
  const stepsFor = (scopesToDrop?: readonly string[]) =>
    describeSignInFailure({ kind: 'invalidScope', ...(scopesToDrop && { scopesToDrop }) }).nextSteps;
  const grantAccess =
    'If amazon_communication::service_provider is refused, grant the client ID API access in the Alexa Smart Properties console.';

  it('says which scopes to remove and from where', () => {
    expect(describeSignInFailure({ kind: 'invalidScope' }).title).toBe('Login with Amazon refused a scope');
    expect(stepsFor([MANAGEMENT_SCOPE, 'profile'])).toEqual([
      'Remove alexa::enterprise:management, profile from the setting alexaNetworkMapping.scopes, then sign in again.',
      grantAccess,
    ]);
  });

  it('says to try only the required scope when the rejected one is unknown', () => {
    for (const scopesToDrop of [undefined, []]) {
      expect(stepsFor(scopesToDrop)).toEqual([
        'Keep only amazon_communication::service_provider in the setting alexaNetworkMapping.scopes, then sign in again.',
        grantAccess,
      ]);
    }
  });

  it('never says to remove the scope that mappings need', () => {
    expect(stepsFor([MAPPING_SCOPE])).toEqual([
      'Grant the client ID API access in the Alexa Smart Properties console, then sign in again. Mappings need amazon_communication::service_provider.',
    ]);
    expect(stepsFor([MAPPING_SCOPE, 'profile'])[0]).toBe(
      'Remove profile from the setting alexaNetworkMapping.scopes, then sign in again.',
    );
  });
});

describe('the message for denied consent', () => {
  it('says what happened, that nothing has changed, and to allow it next time', () => {
    const words = describeSignInFailure({ kind: 'consentDenied' });
    expect(words.title).toBe('Access was not granted on the consent page');
    expect(words.cause).toContain('Your sign-in state is unchanged.');
    expect(words.nextSteps[0]).toBe('Sign in again, and allow access on the consent page.');
  });
});

describe('the message for a proxy', () => {
  it('says that it stopped the request, where to configure it, and that the user is still signed in', () => {
    const words = describeSignInFailure({ kind: 'proxy' });
    expect(words.title).toBe('The proxy blocked the request to Login with Amazon');
    expect(words.cause).toContain('Your sign-in state is unchanged.');
    expect(words.nextSteps[0]).toBe('Check the proxy settings of VS Code (http.proxy).');
  });

  it('covers its certificate and the clock, and that the user is still signed in', () => {
    const words = describeSignInFailure({ kind: 'certificate' });
    expect(words.title).toBe('The certificate of Login with Amazon is not trusted');
    expect(words.cause).toContain('Your sign-in state is unchanged.');
    expect(words.nextSteps).toEqual([
      "Add your company's certificate to the system, and restart VS Code.",
      'Check the date and time of this computer.',
    ]);
  });
});

describe('the message for missing scopes', () => {
  it('says that mappings do not work without their scope, and how to get it', () => {
    expect(missingScopesText([MAPPING_SCOPE])).toBe(
      'You are signed in, but mappings cannot be read or changed, because Amazon did not grant amazon_communication::service_provider. Give the client ID API access in the Alexa Smart Properties console, then sign in again and select all permissions.',
    );
    expect(missingScopesText([MANAGEMENT_SCOPE, MAPPING_SCOPE])).toContain(
      'did not grant alexa::enterprise:management, amazon_communication::service_provider. Give',
    );
  });

  it('says that mappings still work when another scope is missing', () => {
    expect(missingScopesText([MANAGEMENT_SCOPE])).toBe(
      'You are signed in, but Amazon did not grant alexa::enterprise:management. Mappings do not need it. Sign in again to allow it, or remove it from the setting alexaNetworkMapping.scopes.',
    );
    expect(missingScopesText([MANAGEMENT_SCOPE, 'profile'])).toContain(
      'did not grant alexa::enterprise:management, profile. Mappings',
    );
  });
});
