import { checkAccessToken, checkClientId, checkClientSecret, checkRefreshToken } from '../core/auth/credentials';
import type { Client } from '../core/auth/session';
import { checkApiEndpoint, checkEndpoint } from '../core/model/endpoint';
import type { ValidationResult } from '../core/model/identifiers';

/** Environment variables, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Who signs in, and where requests go. */
export interface Connection {
  /** Without a trailing slash. */
  readonly apiEndpoint: string;
  readonly tokenEndpoint: string;
  readonly accessToken?: string;
  /** What gets an access token, and another one after it was refused. */
  readonly refresh?: { readonly client: Client; readonly token: string };
}

const DEFAULT_API_ENDPOINT = 'https://api.amazonalexa.com';
const DEFAULT_TOKEN_ENDPOINT = 'https://api.amazon.com/auth/o2/token';

/** The environment variables with secrets. */
const SECRETS = ['LWA_ACCESS_TOKEN', 'LWA_CLIENT_SECRET', 'LWA_REFRESH_TOKEN'] as const;

/** Returns the secrets of the environment, which no output may contain. */
export function secretsOf(environment: Environment): string[] {
  // A shorter value is no secret, and redacting it would make the output unreadable.
  return SECRETS.flatMap((name) => environment[name]?.trim() ?? []).filter((secret) => secret.length >= 8);
}

/**
 * Reads the connection from the environment.
 *
 * @param options given as arguments, which come first
 * @returns a sentence on what is missing or wrong; it contains no secret
 */
export function readConnection(
  environment: Environment,
  options: { readonly apiEndpoint?: string; readonly tokenEndpoint?: string },
): Connection | { readonly problem: string } {
  const read = (name: string) => {
    const value = environment[name]?.trim();
    // Continuous integration sets a variable whose secret is missing to an empty text.
    return value === '' ? undefined : value;
  };
  const api = options.apiEndpoint ?? read('ALEXA_NETWORK_MAPPING_API_ENDPOINT') ?? DEFAULT_API_ENDPOINT;
  const apiEndpoint = checkApiEndpoint(api);
  if (!apiEndpoint.ok) return { problem: `The API endpoint cannot be used: ${apiEndpoint.problem}` };
  const token = options.tokenEndpoint ?? read('ALEXA_NETWORK_MAPPING_TOKEN_ENDPOINT') ?? DEFAULT_TOKEN_ENDPOINT;
  const tokenEndpoint = checkEndpoint(token);
  if (!tokenEndpoint.ok) return { problem: `The token endpoint cannot be used: ${tokenEndpoint.problem}` };
  const endpoints = { apiEndpoint: apiEndpoint.url, tokenEndpoint: tokenEndpoint.url };

  const problems: string[] = [];
  const checked = (name: string, check: (value: string) => ValidationResult): string | undefined => {
    const value = read(name);
    if (value === undefined) return undefined;
    const result = check(value);
    if (!result.ok) problems.push(`${name}: ${result.problem}`);
    return result.ok ? result.value : undefined;
  };
  const accessToken = checked('LWA_ACCESS_TOKEN', checkAccessToken);
  const id = checked('LWA_CLIENT_ID', checkClientId);
  const secret = checked('LWA_CLIENT_SECRET', checkClientSecret);
  const refreshToken = checked('LWA_REFRESH_TOKEN', checkRefreshToken);
  const [problem] = problems;
  if (problem !== undefined) return { problem };
  if (id !== undefined && secret !== undefined && refreshToken !== undefined) {
    const refresh = { client: { id, secret }, token: refreshToken };
    return { ...endpoints, ...(accessToken !== undefined && { accessToken }), refresh };
  }
  if (accessToken !== undefined) return { ...endpoints, accessToken };
  return {
    problem:
      'Not signed in: set LWA_ACCESS_TOKEN, or all of LWA_CLIENT_ID, LWA_CLIENT_SECRET and LWA_REFRESH_TOKEN, in the environment.',
  };
}
