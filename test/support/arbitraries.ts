import fc from 'fast-check';

/** Any string: every code point, including control characters and lone surrogates. */
export const anyText = (maxLength = 60) =>
  fc.string({
    unit: fc
      .oneof(
        fc.integer({ min: 0x20, max: 0x7e }),
        fc.integer({ min: 0, max: 0x2fff }),
        fc.integer({ min: 0xd7ff, max: 0xe000 }),
        fc.integer({ min: 0, max: 0x10ffff }),
      )
      .map((codePoint) => String.fromCodePoint(codePoint)),
    maxLength,
  });

const SECRET_CHARACTERS = Array.from('ABCXYZabcxyz0189-_.~+/=');

/** What follows the prefix of a secret: long enough not to occur in other text by chance. */
const secretRest = fc.string({ unit: fc.constantFrom(...SECRET_CHARACTERS), minLength: 16, maxLength: 64 });

/** A token or client secret as Login with Amazon issues them. */
export const aSecret = fc
  .tuple(fc.constantFrom('Atza|', 'Atzr|', 'Atc|', 'amzn1.oa2-cs.v1.'), secretRest)
  .map(([prefix, rest]) => prefix + rest);

/** A secret without a prefix: only the text around it shows that it is one. */
export const anUnmarkedSecret = fc
  .string({ unit: fc.constantFrom(...Array.from('ABCXYZabcxyz0189-_')), minLength: 16, maxLength: 64 })
  .map((text) => `x${text}`);
