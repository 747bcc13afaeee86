import type { ApiFailure } from '../failures/apiFailure';
import { redactIssued } from '../text/redaction';

/**
 * Returns the failed request as a curl command for a POSIX shell, to try it outside VS Code. The shell inserts the
 * access token from `$LWA_ACCESS_TOKEN`.
 *
 * @returns undefined if no usable endpoint was known
 * @see
 *   https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export function curlCommand(failure: ApiFailure): string | undefined {
  if (!URL.canParse(failure.url)) return undefined;
  const { method, skillId } = failure;
  const writes = method === 'POST' || method === 'PUT';
  return [
    // `--include` prints the response headers, such as the request ID.
    `curl --include --request ${shellQuote(method)}`,
    // Double quotes, so that the shell expands the variable.
    '--header "Authorization: Bearer $LWA_ACCESS_TOKEN"',
    `--header ${shellQuote('Accept: application/json')}`,
    `--header ${shellQuote('Content-Type: application/json')}`,
    ...(writes && skillId !== undefined ? [`--data-raw ${shellQuote(mappingBody(redactIssued(skillId)))}`] : []),
    shellQuote(redactIssued(failure.url)),
  ].join(' \\\n  ');
}

function mappingBody(skillId: string): string {
  return JSON.stringify({ networkType: 'SKILL', skillConfiguration: { skillId } });
}

/** Quotes one shell word: within single quotes, only the single quote itself is special. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
