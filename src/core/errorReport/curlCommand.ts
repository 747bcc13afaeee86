import type { ApiFailure } from '../failures/apiFailure';
import { redactDeep } from '../text/redactDeep';
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
  const { method } = failure;
  const body = bodyOf(redactDeep(failure));
  return [
    // `--include` prints the response headers, such as the request ID.
    `curl --include --request ${shellQuote(method)}`,
    // Double quotes, so that the shell expands the variable.
    '--header "Authorization: Bearer $LWA_ACCESS_TOKEN"',
    `--header ${shellQuote('Accept: application/json')}`,
    `--header ${shellQuote('Content-Type: application/json')}`,
    ...(body ? [`--data-raw ${shellQuote(JSON.stringify(body))}`] : []),
    shellQuote(redactIssued(failure.url)),
  ].join(' \\\n  ');
}

/** Returns the body that was sent; undefined if there was none. */
function bodyOf({ operation, skillId, logicalId, displayName }: ApiFailure): object | undefined {
  const names = displayName === undefined ? {} : { displayName: [{ locale: 'en-US', value: displayName }] };
  switch (operation) {
    case 'create':
    case 'update':
      return skillId === undefined ? undefined : { networkType: 'SKILL', skillConfiguration: { skillId } };
    case 'createProvider':
      return { serviceProviderLogicalId: logicalId, ...names };
    case 'updateProvider':
      return names;
    case 'get':
    case 'delete':
    case 'readProvider':
    case 'deleteProvider':
      return undefined;
  }
}

/** Quotes one shell word: within single quotes, only the single quote itself is special. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
