import { describe, expect, it } from 'vitest';
import { failureKindOfStatus } from '../../../../src/core/failures/httpStatus';

describe('HTTP status', () => {
  it.each([
    [400, 'badRequest'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'notFound'],
    [407, 'proxy'],
    [409, 'conflict'],
    [429, 'throttled'],
    [500, 'serverError'],
    [501, 'serverError'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
    [302, 'unexpectedResponse'],
    [418, 'unexpectedResponse'],
  ])('%i is a failure of kind %s', (status, kind) => {
    expect(failureKindOfStatus(status)).toBe(kind);
  });
});
