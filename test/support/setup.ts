import { afterEach, expect } from 'vitest';
import { takeUnexpected } from './unexpected';

afterEach(() => {
  expect(takeUnexpected(), 'calls that no test prepared').toEqual([]);
});
