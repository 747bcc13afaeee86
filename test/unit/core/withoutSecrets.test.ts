import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/core/withoutSecrets';
import { ACCESS_TOKEN } from '../../support/builders';

describe('a copy without secrets', () => {
  it('has every text redacted, however deep it is, and all else as it was', () => {
    const value = { text: `a ${ACCESS_TOKEN} b`, all: [ACCESS_TOKEN, { 7: 'plain' }], count: 3, no: null, yes: true };
    expect(withoutSecrets(value)).toEqual({
      text: 'a [redacted] b',
      all: ['[redacted]', { 7: 'plain' }],
      count: 3,
      no: null,
      yes: true,
    });
    expect(value.all[0]).toBe(ACCESS_TOKEN);
  });
});
