const MARK = '[redacted]';
/** A character of a value, which ends where a text, a form, a query, JSON or a tag would end it. */
const VALUE = String.raw`[^\s"'\\<>&,;)}\]]`;
const SCHEME = String.raw`(?:Bearer|Basic)(?:\s|%20|\+)+`;
const NAMES = 'code|code_verifier|client_secret|access_token|refresh_token|authorization';

/**
 * What must never be shown or written: Login with Amazon's tokens and client secrets, the value of an authorization
 * header, and the secret parameters of an OAuth request. Percent-encoded forms (`Atza%7C…`) count too.
 *
 * The first group of each is kept. All match forwards from a literal, so that megabytes of anything cost linear time.
 */
const SECRETS: readonly RegExp[] = [
  new RegExp(String.raw`()(?:(?:Atza|Atzr|Atc)(?:\||%7C)|amzn1\.oa2-cs\.v1\.)${VALUE}*`, 'gi'),
  new RegExp(String.raw`(\b${SCHEME})(?!%20|\+)${VALUE}+`, 'gi'),
  new RegExp(
    String.raw`((?:\b|(?<=%[\da-f]{2}))(?:${NAMES})(?:\\*["']|%22)?\s*(?:[=:]|%3D|%3A)\s*(?:\\*["']|%22)?)(?!${SCHEME})${VALUE}+`,
    'gi',
  ),
];

/** Replaces every secret in the text by a mark. Words of the service pass through here before anybody sees them. */
export function redact(text: string): string {
  // Between the marks only, so that no value runs into one. A pattern that looked for them at each character of a value would
  // be at the end of its stack after some megabytes.
  return SECRETS.reduce(
    (result, secret) =>
      result
        .split(MARK)
        .map((part) => part.replace(secret, `$1${MARK}`))
        .join(MARK),
    text,
  );
}
