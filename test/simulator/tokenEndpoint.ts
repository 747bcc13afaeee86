import { createHash } from 'node:crypto';
import { jsonAnswer, type Plan } from './answer';
import type { LwaClients } from './clients';
import type { Incoming } from './incoming';
import { scopesOf } from './scopes';
import type { Switches } from './switches';
import { type AuthorizationCode, mintAccessToken, mintRefreshToken, type TokenStore } from './tokens';

export const tokenPath = '/auth/o2/token';

/** Neither tokens nor errors may be cached (RFC 6749, 5.1). */
const noStore = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

const refuse = (
  status: number,
  error: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): Plan => ({
  answer: jsonAnswer(status, { error, error_description: description }, { ...noStore, ...headers }),
});

/** The tokens to issue for a valid request. */
interface Grant {
  clientId: string;
  /** The scopes of the access token. */
  scopes: readonly string[];
  /** The scopes of a new refresh token. */
  refreshTokenScopes: readonly string[];
  /** The refresh token of the response, if any. */
  refreshToken?: string;
  /** The code that the tokens originate from. */
  code?: string;
  effect?: () => void;
  nameScopes: boolean;
}

interface LoginWithAmazon {
  clients: LwaClients;
  tokens: TokenStore;
  switches: Switches;
}

/**
 * Login with Amazon's token endpoint: authorization code and refresh token grants, with the client's secret in the
 * form (Login with Amazon documentation, "Authorization Code Grant" and "Using Refresh Tokens"; RFC 6749, 4.1.3 and 6).
 */
export function planTokenRequest(incoming: Incoming, { clients, tokens, switches }: LoginWithAmazon): Plan {
  if (incoming.method !== 'POST') {
    return refuse(405, 'invalid_request', 'The token endpoint takes POST only.', { Allow: 'POST' });
  }
  if (incoming.tooLarge) return refuse(413, 'invalid_request', 'The form is too large.');
  if (incoming.mediaType !== 'application/x-www-form-urlencoded') {
    return refuse(400, 'invalid_request', 'Content-Type must be application/x-www-form-urlencoded.');
  }
  const form = new URLSearchParams(incoming.text);
  const repeated = [...form.keys()].find((name) => form.getAll(name).length > 1);
  if (repeated !== undefined) return refuse(400, 'invalid_request', `The parameter ${repeated} is repeated.`);
  const field = (name: string) => form.get(name) ?? '';
  const missing = ['grant_type', 'client_id', 'client_secret'].find((name) => field(name) === '');
  if (missing !== undefined) return refuse(400, 'invalid_request', `The parameter ${missing} is missing.`);

  const clientId = field('client_id');
  const client = clients.find(clientId);
  if (client?.clientSecret !== field('client_secret')) return refuseClient(switches);

  const grant = readGrant(field, clientId, tokens, switches);
  if ('answer' in grant) return grant;
  const accessToken = mintAccessToken();
  const lifetimeS = switches.accessTokenLifetimeS;
  return {
    answer: jsonAnswer(
      200,
      {
        access_token: accessToken,
        token_type: 'bearer',
        expires_in: switches.expiresIn === 'string' ? String(lifetimeS) : lifetimeS,
        ...(grant.refreshToken !== undefined && { refresh_token: grant.refreshToken }),
        ...(grant.nameScopes && { scope: grant.scopes.join(' ') }),
      },
      noStore,
    ),
    effect: () => {
      grant.effect?.();
      const { scopes, code } = grant;
      const origin = code === undefined ? {} : { code };
      tokens.addAccessToken(accessToken, { account: client.account, scopes, lifetimeS, ...origin });
      if (grant.refreshToken !== undefined && !tokens.refreshToken(grant.refreshToken)) {
        tokens.addRefreshToken(grant.refreshToken, { clientId, scopes: grant.refreshTokenScopes, ...origin });
      }
    },
  };
}

function refuseClient({ invalidClient }: Switches): Plan {
  return refuse(
    invalidClient === 'plain400' ? 400 : 401,
    'invalid_client',
    'The client id or the client secret is wrong.',
    invalidClient === 'challenge401' ? { 'WWW-Authenticate': 'Basic realm="Login with Amazon"' } : {},
  );
}

function readGrant(
  field: (name: string) => string,
  clientId: string,
  tokens: TokenStore,
  switches: Switches,
): Grant | Plan {
  switch (field('grant_type')) {
    case 'refresh_token':
      return readRefreshGrant(field, clientId, tokens, switches);
    case 'authorization_code':
      return readCodeGrant(field, clientId, tokens, switches);
    default:
      return refuse(400, 'unsupported_grant_type', 'Expected refresh_token or authorization_code.');
  }
}

function readRefreshGrant(
  field: (name: string) => string,
  clientId: string,
  tokens: TokenStore,
  switches: Switches,
): Grant | Plan {
  const refreshToken = field('refresh_token');
  if (refreshToken === '') return refuse(400, 'invalid_request', 'The parameter refresh_token is missing.');
  const known = tokens.refreshToken(refreshToken);
  if (!known || known.revoked) return refuse(400, 'invalid_grant', 'The refresh token is not valid (any more).');
  if (known.clientId !== clientId) {
    return refuse(400, 'unauthorized_client', 'The refresh token belongs to another client.');
  }
  const requested = scopesOf(field('scope'));
  if (requested.some((scope) => !known.scopes.includes(scope))) {
    return refuse(400, 'invalid_scope', 'A refresh cannot add scopes.');
  }
  const returned = { same: refreshToken, new: mintRefreshToken(), omitted: undefined }[switches.refreshTokenOnRefresh];
  const replaces = switches.refreshTokenOnRefresh === 'new' && switches.oldRefreshTokens === 'revoked';
  return {
    clientId,
    scopes: requested.length > 0 ? requested : known.scopes,
    refreshTokenScopes: known.scopes,
    ...(returned !== undefined && { refreshToken: returned }),
    ...(known.code !== undefined && { code: known.code }),
    effect: () => {
      if (replaces) tokens.revoke(refreshToken);
    },
    nameScopes: false,
  };
}

function readCodeGrant(
  field: (name: string) => string,
  clientId: string,
  tokens: TokenStore,
  switches: Switches,
): Grant | Plan {
  const code = field('code');
  if (code === '') return refuse(400, 'invalid_request', 'The parameter code is missing.');
  const known = tokens.code(code);
  if (!known) return refuse(400, 'invalid_grant', 'The code is unknown.');
  if (known.clientId !== clientId) return refuse(400, 'invalid_grant', 'The code belongs to another client.');
  if (known.used) {
    return {
      ...refuse(400, 'invalid_grant', 'The code was used before. What was issued from it is revoked.'),
      effect: () => {
        tokens.revokeIssuedFrom(code);
      },
    };
  }
  if (tokens.isExpired(known)) return refuse(400, 'invalid_grant', 'The code has expired.');
  if (known.redirectUri !== field('redirect_uri')) {
    return refuse(400, 'invalid_grant', 'redirect_uri is not the one the code was issued for.');
  }
  if (!verifierMatches(known, field('code_verifier'))) {
    return refuse(400, 'invalid_grant', 'code_verifier does not match the code challenge.');
  }
  return {
    clientId,
    scopes: known.scopes,
    refreshTokenScopes: known.scopes,
    refreshToken: mintRefreshToken(),
    code,
    effect: () => {
      known.used = true;
    },
    nameScopes: switches.namesScopes,
  };
}

/** RFC 7636, 4.6. */
function verifierMatches({ codeChallenge, codeChallengeMethod }: AuthorizationCode, verifier: string): boolean {
  if (codeChallenge === undefined) return true;
  return (
    codeChallenge ===
    (codeChallengeMethod === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url'))
  );
}
