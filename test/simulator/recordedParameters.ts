import type { Incoming } from './incoming';
import { fingerprintOf } from './tokens';

/** The parameters of Login with Amazon that are not secret. */
const notSecret = [
  'client_id',
  'code_challenge_method',
  'decision',
  'grant_type',
  'redirect_uri',
  'response_type',
  'scope',
];

const fingerprint = (value: string) => `fingerprint:${fingerprintOf(value)}`;

/** Path and query as sent, with fingerprints in place of values that may be secret. */
export function recordedUrl({ path, query }: Incoming): string {
  if (query === undefined) return path;
  return `${path}?${query.split('&').map(recordedParameter).join('&')}`;
}

function recordedParameter(part: string): string {
  const [[name, value] = ['', '']] = new URLSearchParams(part);
  if (part === '' || notSecret.includes(name)) return part;
  // A part without a valid name may be a secret as a whole.
  return part.includes('=') && /^[a-z_]{1,40}$/i.test(name) ? `${name}=${fingerprint(value)}` : fingerprint(part);
}

/**
 * The fields of a form, the parsed JSON, or the beginning of a body. With `mayHaveSecrets`, the fingerprint of a body that is not a
 * form.
 */
export function recordedBody({ text, mediaType }: Incoming, mayHaveSecrets: boolean): unknown {
  if (text === '') return undefined;
  if (mediaType === 'application/x-www-form-urlencoded') return recordedForm(new URLSearchParams(text));
  if (mayHaveSecrets) return fingerprint(text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.slice(0, 1000);
  }
}

/** The fields of a form; repeated ones as a list. */
function recordedForm(form: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(form.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = form.getAll(name).map((value) => (notSecret.includes(name) ? value : fingerprint(value)));
      return [name, values.length === 1 ? values.join('') : values];
    }),
  );
}
