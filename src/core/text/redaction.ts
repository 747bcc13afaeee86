const REDACTED = '[redacted]';
/** A character of a value, which ends where a text, a form, a query, JSON or a tag would end it. */
const VALUE = String.raw`[^\s"'\\<>&,;)}\]]`;
const SCHEME = String.raw`(?:Bearer|Basic)(?:\s|%20|\+)+`;
const NAMES = 'code|code_verifier|client_secret|access_token|refresh_token|authorization';

/** Login with Amazon's tokens and client secrets, also percent-encoded (`Atza%7C…`). The first group is kept, as below. */
const ISSUED = new RegExp(String.raw`()(?:(?:Atza|Atzr|Atc)(?:\||%7C)|amzn1\.oa2-cs\.v1\.)${VALUE}*`, 'gi');

/**
 * What must never be shown or written of the words of others: what Login with Amazon issues, the value of an authorization
 * header, and the secret parameters of an OAuth request.
 *
 * The first group of each is kept. All match forwards from a literal, so that megabytes of anything cost linear time.
 */
const SECRETS: readonly RegExp[] = [
  ISSUED,
  new RegExp(String.raw`(\b${SCHEME})(?!%20|\+)${VALUE}+`, 'gi'),
  new RegExp(
    String.raw`((?:\b|(?<=%[\da-f]{2}))(?:${NAMES})(?:\\*["']|%22)?\s*(?:[=:]|%3D|%3A)\s*(?:\\*["']|%22)?)(?!${SCHEME})${VALUE}+`,
    'gi',
  ),
];

/** Replaces every secret in the text by a mark. Words of the service pass through here before they are shown. */
export function redact(text: string): string {
  return replaced(text, SECRETS);
}

/**
 * Replaces what Login with Amazon issues by a mark, and nothing else: for names and IDs, which people write. “Basic Inn” is a
 * hotel and no header, “zip code: 8001” no parameter.
 */
export function redactIssued(text: string): string {
  return replaced(text, [ISSUED]);
}

function replaced(text: string, secrets: readonly RegExp[]): string {
  // Between the marks only, so that no value runs into one. A pattern that looked for them at each character of a value would
  // be at the end of its stack after some megabytes.
  return secrets.reduce(
    (result, secret) =>
      result
        .split(REDACTED)
        .map((part) => part.replace(secret, `$1${REDACTED}`))
        .join(REDACTED),
    text,
  );
}
