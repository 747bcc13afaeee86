import { redact, redactIssued } from './redaction';

/** The fields that hold words of others: of the service, of Login with Amazon, of the system. */
const WORDS_OF_OTHERS: ReadonlySet<string> = new Set([
  'serviceType',
  'serviceMessage',
  'requestId',
  'detail',
  'lwaMessage',
  'portOwner',
]);

/**
 * A copy with every text in it redacted, for whatever leaves the program (a web page, a report). It is the second line
 * of defence: a failure is made without secrets, but words of others are in it. What else it holds was written by people, or
 * by this program, and loses only what Login with Amazon issues.
 *
 * @param value what JSON can hold
 */
export function redactDeep<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value), (key, each: unknown) =>
    typeof each === 'string' ? (WORDS_OF_OTHERS.has(key) ? redact(each) : redactIssued(each)) : each,
  ) as T;
}
