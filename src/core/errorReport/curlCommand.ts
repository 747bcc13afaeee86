import type { ApiFailure } from '../failures/apiFailure';
import { redactIssued } from '../text/redaction';

/**
 * The failed request as a curl command for a POSIX shell, to try it outside the editor. In the place of the access
 * token stands `$LWA_ACCESS_TOKEN`, which the shell fills in.
 *
 * @returns undefined when no usable endpoint was known, so that there is nowhere to send it
 * @see https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export function curlCommand(failure: ApiFailure): string | undefined {
  if (!URL.canParse(failure.url)) return undefined;
  const { method, skillId } = failure;
  const writes = method === 'POST' || method === 'PUT';
  return [
    // With the headers of the answer: the request id is one of them.
    `curl --include --request ${shellQuote(method)}`,
    // The only double quotes: inside of them the shell puts the token in its place.
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

/** One word of the shell: between single quotes nothing has a meaning but the single quote itself. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
