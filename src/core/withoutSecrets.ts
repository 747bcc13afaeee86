import { redact } from './redaction';

/**
 * A copy with every text in it redacted, for whatever leaves the program (a web page, a report). It is the second line
 * of defence: a failure is made without secrets, but words of others are in it.
 *
 * @param value what JSON can hold
 */
export function withoutSecrets<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_key, each: unknown) =>
    typeof each === 'string' ? redact(each) : each,
  ) as T;
}
