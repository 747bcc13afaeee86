import { describe, expect, it } from 'vitest';
import { checkLogicalId } from '../../../../src/core/onboarding/logicalId';
import { ACCESS_TOKEN, SERVICE_PROVIDER } from '../../../support/builders';

describe('a logical ID', () => {
  it.each(['grand-hotel', 'Grand Hotel 7', 'x'.repeat(255), 'größe'])('may be %s', (text) => {
    expect(checkLogicalId(` ${text} `)).toEqual({ ok: true, value: text });
  });

  it.each(['', '  ', 'a\nb', 'a\u200bb', 'x'.repeat(256), ACCESS_TOKEN])('is not %j', (text) => {
    expect(checkLogicalId(text).ok).toBe(false);
  });

  it('that is the ID of a service provider gets a warning', () => {
    expect(checkLogicalId(SERVICE_PROVIDER)).toMatchObject({ ok: true, warning: expect.any(String) as string });
  });
});
