import { redact, redactIssued } from './redaction';

/** The fields with external text: of the service, of Login with Amazon, of the system. */
const WORDS_OF_OTHERS: ReadonlySet<string> = new Set([
  'serviceType',
  'serviceMessage',
  'requestId',
  'detail',
  'lwaMessage',
]);

/**
 * Returns a copy with every text redacted, for output that leaves the program (a web page, a report). A second line of
 * defense: failures contain no secrets, but external text. Text by users or this program loses only what Login with
 * Amazon issues.
 *
 * @param value a JSON value
 */
export function redactDeep<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value), (key, each: unknown) =>
    typeof each === 'string' ? (WORDS_OF_OTHERS.has(key) ? redact(each) : redactIssued(each)) : each,
  ) as T;
}
