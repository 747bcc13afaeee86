import type { Incoming } from './incoming';
import { fingerprintOf } from './tokens';

/** The parameters of Login with Amazon that hold no secret. */
const harmless = [
  'client_id',
  'code_challenge_method',
  'decision',
  'grant_type',
  'redirect_uri',
  'response_type',
  'scope',
];

const fingerprint = (value: string) => `fingerprint:${fingerprintOf(value)}`;

/** Path and query as sent; of parameters that may hold a secret the fingerprint alone. */
export function recordedUrl({ path, query }: Incoming): string {
  if (query === undefined) return path;
  return `${path}?${query.split('&').map(recordedParameter).join('&')}`;
}

function recordedParameter(part: string): string {
  const [[name, value] = ['', '']] = new URLSearchParams(part);
  if (part === '' || harmless.includes(name)) return part;
  // A part without a name may be a secret as a whole, and so may a name that is none.
  return part.includes('=') && /^[a-z_]{1,40}$/i.test(name) ? `${name}=${fingerprint(value)}` : fingerprint(part);
}

/**
 * What a body says: the fields of a form, parsed JSON, or its beginning. `mayHoldSecrets`: a body that is no form
 * appears as its fingerprint.
 */
export function recordedBody({ text, mediaType }: Incoming, mayHoldSecrets: boolean): unknown {
  if (text === '') return undefined;
  if (mediaType === 'application/x-www-form-urlencoded') return recordedForm(new URLSearchParams(text));
  if (mayHoldSecrets) return fingerprint(text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.slice(0, 1000);
  }
}

/** A field that is repeated appears as a list. */
function recordedForm(form: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(form.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = form.getAll(name).map((value) => (harmless.includes(name) ? value : fingerprint(value)));
      return [name, values.length === 1 ? values.join('') : values];
    }),
  );
}
