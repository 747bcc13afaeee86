import type { ApiFailure } from '../failures/apiFailure';

/** Whether there is a service provider whose mapping was not found. */
export type Existence =
  /** Asked for, or about to be. */
  | { readonly type: 'pending' }
  | { readonly type: 'exists' }
  /** There is none, or not for this account; the failure explains it. */
  | { readonly type: 'unknown'; readonly failure: ApiFailure }
  /** The service does not tell. */
  | { readonly type: 'untold' }
  /** There was no answer: ask again after the next read. */
  | { readonly type: 'unanswered' };

/** Whether an answer holds after further reads without a mapping, until the session or the endpoint changes. */
export function isFinal(existence: Existence | undefined): existence is Existence {
  return existence !== undefined && existence.type !== 'pending' && existence.type !== 'unanswered';
}
