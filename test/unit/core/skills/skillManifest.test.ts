import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingCallingPermission } from '../../../../src/core/skills/skillManifest';

/** Returns the text that is underlined. */
function underlined(text: string): string | undefined {
  const found = missingCallingPermission(text);
  return found && text.slice(found.start, found.end);
}

describe('a manifest without the permission to handle calls', () => {
  it.each([
    ['{ "manifest": { "permissions": [{ "name": "amazon_communication::calling" }] } }', undefined],
    [
      '{ "manifest": { "permissions": [{ "name": "other" }, { "name": "amazon_communication::calling" }] } }',
      undefined,
    ],
    ['{ "manifest": { "permissions": [{ "name": "other" }] } }', '"permissions"'],
    ['{ "manifest": { "permissions": [] } }', '"permissions"'],
    ['{ "manifest": { "permissions": ["amazon_communication::calling"] } }', '"permissions"'],
    ['{ "manifest": { "apis": { "custom": { "interfaces": [] } } } }', '"manifest"'],
    // Of two members with one name, the last one counts.
    [
      '{ "manifest": { "permissions": [{ "name": "amazon_communication::calling" }], "permissions": [] } }',
      '"permissions"',
    ],
  ])('is underlined at its permissions: %s', (text, expected) => {
    expect(underlined(text)).toBe(expected);
  });

  it.each(['', '{', '[]', '{ "manifest": [] }', '{ "name": "package" }', '{ "manifest": { "permissions": [ {'])(
    'is not assumed where a text is none, or is being edited: %s',
    (text) => {
      expect(underlined(text)).toBeUndefined();
    },
  );

  it('is not assumed in any other text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.constant('['.repeat(200_000))), (text) => {
        expect(underlined(text)).toBeUndefined();
      }),
    );
  });
});
