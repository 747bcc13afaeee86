const REDACTED = '[redacted]';
/** A character of a value, which ends where a text, a form, a query, JSON or a tag would end it. */
const VALUE = String.raw`[^\s"'\\<>&,;)}\]]`;
const SCHEME = String.raw`(?:Bearer|Basic)(?:\s|%20|\+)+`;
const NAMES = 'code|code_verifier|client_secret|access_token|refresh_token|authorization';

/**
 * Login with Amazon's tokens and client secrets, also percent-encoded (`Atza%7C…`). The first group is kept, as below.
 */
const ISSUED = new RegExp(String.raw`()(?:(?:Atza|Atzr|Atc)(?:\||%7C)|amzn1\.oa2-cs\.v1\.)${VALUE}*`, 'gi');

/**
 * What must be redacted in external text: what Login with Amazon issues, the value of an authorization header, and the
 * secret parameters of an OAuth request.
 *
 * Keeps the first group of each match. All patterns match forward from a literal, so that the cost is linear even for
 * megabytes.
 */
const SECRETS: readonly RegExp[] = [
  ISSUED,
  new RegExp(String.raw`(\b${SCHEME})(?!%20|\+)${VALUE}+`, 'gi'),
  new RegExp(
    String.raw`((?:\b|(?<=%[\da-f]{2}))(?:${NAMES})(?:\\*["']|%22)?\s*(?:[=:]|%3D|%3A)\s*(?:\\*["']|%22)?)(?!${SCHEME})${VALUE}+`,
    'gi',
  ),
];

/** Replaces every secret in a text by a mark. Service-provided text is redacted before it is displayed. */
export function redact(text: string): string {
  return replaced(text, SECRETS);
}

/**
 * Replaces only what Login with Amazon issues by a mark: for names and IDs, which users write. “Basic Inn” is a hotel
 * and not a header, “zip code: 8001” not a parameter.
 */
export function redactIssued(text: string): string {
  return replaced(text, [ISSUED]);
}

function replaced(text: string, secrets: readonly RegExp[]): string {
  // Redact only between existing marks, so that no value extends into one. A pattern that checked for marks at each
  // character would overflow its stack after some megabytes.
  return secrets.reduce(
    (result, secret) =>
      result
        .split(REDACTED)
        .map((part) => part.replace(secret, `$1${REDACTED}`))
        .join(REDACTED),
    text,
  );
}
