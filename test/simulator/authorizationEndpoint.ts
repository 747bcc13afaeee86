import type { Answer, Plan } from './answer';
import type { LwaClient, LwaClients } from './clients';
import { type ConsentRequest, type Consents, mintConsentId } from './consents';
import type { Incoming } from './incoming';
import { consentPage, refusalPage } from './lwaPages';
import { isKnownScope, scopesOf } from './scopes';
import type { Switches } from './switches';
import { mintCode, type TokenStore } from './tokens';

export const authorizationPath = '/ap/oa';

interface LoginWithAmazon {
  clients: LwaClients;
  consents: Consents;
  tokens: TokenStore;
  switches: Switches;
}

/**
 * Login with Amazon's authorization endpoint: a GET shows the consent page, whose form is sent as a POST (Login with
 * Amazon documentation, "Authorization Code Grant"; RFC 6749, 4.1.1 and 4.1.2; RFC 7636, 4.3).
 */
export function planAuthorizationRequest(incoming: Incoming, lwa: LoginWithAmazon): Plan {
  switch (incoming.method) {
    case 'GET':
      return planConsent(new URLSearchParams(incoming.query ?? ''), lwa);
    case 'POST':
      return planDecision(incoming, lwa);
    default: {
      const refused = refusalPage(405, `${incoming.method} is not a method of this page.`);
      return { answer: { ...refused, headers: { ...refused.headers, Allow: 'GET, POST' } } };
    }
  }
}

/** Why an authorization request fails. Without `error`, it is shown on a page instead of reported to the client. */
interface Problem {
  readonly error?: string;
  readonly description: string;
}

function planConsent(query: URLSearchParams, lwa: LoginWithAmazon): Plan {
  const client = readClient(query, lwa.clients);
  if (typeof client === 'string') return { answer: page400(client, query) };

  const redirectUri = query.get('redirect_uri') ?? '';
  const state = query.get('state') ?? '';
  const request: ConsentRequest = {
    clientId: client.clientId,
    redirectUri,
    scopes: scopesOf(query.get('scope') ?? ''),
    ...(state !== '' && { state }),
    ...readChallenge(query),
  };
  const problem = whyRefused(query, request, client, lwa.switches);
  if (problem?.error !== undefined) {
    return { answer: redirect(request, { error: problem.error, error_description: problem.description }) };
  }
  if (problem) return { answer: page400(problem.description, query) };
  if (lwa.switches.consent === 'given') return planCode(request, request.scopes, lwa);
  const consentId = mintConsentId();
  return {
    answer: consentPage({ action: authorizationPath, consentId, client, redirectUri, scopes: request.scopes }),
    effect: () => {
      lwa.consents.add(consentId, request);
    },
  };
}

/**
 * The client that sent the request, if the redirect URI is one of its own. Otherwise an error message: then no redirect is
 * safe, since the URI may belong to another party (RFC 6749, 4.1.2.1).
 */
function readClient(query: URLSearchParams, clients: LwaClients): LwaClient | string {
  const repeated = [...query.keys()].find((name) => query.getAll(name).length > 1);
  if (repeated !== undefined) return `The parameter ${repeated} may be given once only.`;
  const clientId = query.get('client_id') ?? '';
  if (clientId === '') return 'The parameter client_id is missing.';
  const client = clients.find(clientId);
  if (!client) return 'There is no client with this client_id.';
  const redirectUri = query.get('redirect_uri') ?? '';
  if (redirectUri === '') return 'The parameter redirect_uri is missing.';
  if (!client.allowedReturnUrls.includes(redirectUri)) {
    return (
      'The redirect URI is not on the list of this application. Add it to the Allowed Return URLs of its security ' +
      'profile, exactly as it is sent.'
    );
  }
  return client;
}

function whyRefused(
  query: URLSearchParams,
  { scopes }: ConsentRequest,
  client: LwaClient,
  switches: Switches,
): Problem | undefined {
  const responseType = query.get('response_type') ?? '';
  if (responseType === '') return invalidRequest('The parameter response_type is missing.');
  if (responseType !== 'code') {
    return { error: 'unsupported_response_type', description: 'The parameter response_type must be code.' };
  }
  if (scopes.length === 0) return invalidRequest('The parameter scope is missing.');
  const refused = scopes.find((scope) => !client.scopes.includes(scope));
  if (refused !== undefined) {
    const description = isKnownScope(refused)
      ? `The client may not use the scope ${toErrorDescription(refused)}.`
      : `There is no scope ${toErrorDescription(refused)}.`;
    return switches.scopeRefusal === 'page' ? { description } : { error: 'invalid_scope', description };
  }
  return whyBadChallenge(query.get('code_challenge'), query.get('code_challenge_method'));
}

const invalidRequest = (description: string): Problem => ({ error: 'invalid_request', description });

/** Replaces characters that error_description must not contain (RFC 6749, 4.1.2.1). */
const toErrorDescription = (text: string) => text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?').slice(0, 100);

/** RFC 7636, 4.2 and 4.4.1. */
function whyBadChallenge(challenge: string | null, method: string | null): Problem | undefined {
  if (challenge === null) {
    return method === null ? undefined : invalidRequest('The parameter code_challenge is missing.');
  }
  if (method !== null && method !== 'S256' && method !== 'plain') {
    return invalidRequest('The parameter code_challenge_method must be S256 or plain.');
  }
  const form = method === 'S256' ? /^[\w-]{43}$/ : /^[\w.~-]{43,128}$/;
  return form.test(challenge) ? undefined : invalidRequest('The parameter code_challenge is malformed.');
}

function readChallenge(query: URLSearchParams): Pick<ConsentRequest, 'codeChallenge' | 'codeChallengeMethod'> {
  const codeChallenge = query.get('code_challenge');
  return {
    ...(codeChallenge !== null && { codeChallenge }),
    // The default is plain, even if the client has hashed the verifier (RFC 7636, 4.3).
    codeChallengeMethod: query.get('code_challenge_method') === 'S256' ? 'S256' : 'plain',
  };
}

/** Handles the form of the consent page. */
function planDecision(incoming: Incoming, lwa: LoginWithAmazon): Plan {
  const refuse = (status: number, rule: string): Plan => ({ answer: refusalPage(status, rule) });
  if (incoming.tooLarge) return refuse(413, 'The form is too large.');
  if (incoming.mediaType !== 'application/x-www-form-urlencoded') return refuse(400, 'A form was expected.');
  const form = new URLSearchParams(incoming.text);
  const consentId = form.get('consent') ?? '';
  const request = lwa.consents.find(consentId);
  if (!request) return refuse(400, 'This consent page was answered before, or is too old. Begin the sign-in again.');
  const allowed = form.getAll('scope');
  const decision = form.get('decision');
  if (decision !== 'allow' && decision !== 'deny') return refuse(400, 'The decision must be allow or deny.');
  if (!allowed.every((scope) => request.scopes.includes(scope))) {
    return refuse(400, 'No more can be allowed than was asked for.');
  }
  const { answer, effect } =
    decision === 'allow'
      ? planCode(
          request,
          request.scopes.filter((scope) => allowed.includes(scope)),
          lwa,
        )
      : planDenial(request, 'The access was denied.');
  return {
    answer,
    effect: () => {
      lwa.consents.remove(consentId);
      effect?.();
    },
  };
}

function planCode(request: ConsentRequest, allowed: readonly string[], { tokens, switches }: LoginWithAmazon): Plan {
  const scopes = allowed.filter((scope) => scope !== switches.withheldScope);
  if (scopes.length === 0) return planDenial(request, 'Nothing was allowed.');
  const code = mintCode();
  return {
    answer: redirect(request, { code, scope: scopes.join(' ') }),
    effect: () => {
      tokens.addCode(code, { ...request, scopes });
    },
  };
}

const planDenial = (request: ConsentRequest, description: string): Plan => ({
  answer: redirect(request, { error: 'access_denied', error_description: description }),
});

/** Sends the browser back to the client; `redirectUri` must be one of its own. */
function redirect({ redirectUri, state }: ConsentRequest, parameters: Record<string, string>): Answer {
  const target = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) target.searchParams.append(name, value);
  if (state !== undefined) target.searchParams.append('state', state);
  return {
    status: 302,
    headers: { Location: target.href, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' },
  };
}

function page400(rule: string, query: URLSearchParams): Answer {
  const shown = ['client_id', 'redirect_uri', 'response_type', 'scope'].flatMap((name) =>
    query.getAll(name).map((value) => [name, value.slice(0, 200)] as const),
  );
  return refusalPage(400, rule, Object.fromEntries(shown));
}
