import type { FailureKind } from './apiFailure';

/** Returns the failure that a status other than 2xx means; the same for all operations. */
export function failureKindOfStatus(status: number): FailureKind {
  switch (status) {
    case 400:
      return 'badRequest';
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'notFound';
    case 407:
      return 'proxy';
    case 409:
      return 'conflict';
    case 429:
      return 'throttled';
    case 502:
    case 503:
    case 504:
      return 'unavailable';
    default:
      return status >= 500 ? 'serverError' : 'unexpectedResponse';
  }
}
