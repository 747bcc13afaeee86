import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkName,
  checkServiceProviderId,
  checkSkillId,
  isSameSkillId,
  looksLikeSecret,
  shortId,
} from '../../../../src/core/model/identifiers';
import { anyText, aSecret } from '../../../support/arbitraries';

const UUID = '5a2b6c1e-7f0d-4f6c-9a52-3f1f6f1d2b11';

const UNUSABLE_CHARACTERS = {
  space: ' ',
  tab: '\t',
  'line break': '\n',
  'carriage return': '\r',
  'no-break space': '\u00a0',
  'ideographic space': '\u3000',
  'line separator': '\u2028',
  NUL: '\0',
  escape: '\u001b',
  'C1 control': '\u0085',
  'zero-width space': '\u200b',
  'zero-width joiner': '\u200d',
  'right-to-left override': '\u202e',
  'byte order mark': '\ufeff',
  'soft hyphen': '\u00ad',
  'variation selector': '\ufe0f',
  'combining grapheme joiner': '\u034f',
  'Hangul filler': '\u3164',
  'half-width Hangul filler': '\uffa0',
  'Mongolian vowel separator': '\u180e',
  'Braille blank': '\u2800',
  'musical null notehead': '\u{1d159}',
  'tag space': '\u{e0020}',
  'high surrogate alone': '\ud83d',
  'low surrogate alone': '\ude00',
};

/** Characters that get copied along with an ID. */
const STUCK: readonly (readonly [string, (id: string) => string])[] = [
  ['a quote and a comma', (id) => `${id}",`],
  ['quotes', (id) => `"${id}"`],
  ['curly quotes', (id) => `“${id}”`],
  ['an apostrophe', (id) => `${id}'`],
  ['a comma', (id) => `${id},`],
  ['a semicolon', (id) => `${id};`],
  ['a period', (id) => `${id}.`],
  ['an ellipsis', (id) => `${id}…`],
  ['a brace', (id) => `${id}}`],
  ['a bracket', (id) => `[${id}]`],
  ['a colon', (id) => `${id}:`],
  ['a path', (id) => `${id}/network`],
  ['a slash', (id) => `${id}/`],
  ['a query', (id) => `${id}?x=1`],
  ['a fragment', (id) => `${id}#top`],
  ['a parameter', (id) => `id=${id}&x=1`],
  ['an address', (id) => `https://api.amazonalexa.com/v1/communications/serviceProviders/${id}/network`],
  ['an encoded quote', (id) => `${id}%22`],
  ['an escaped quote', (id) => `\\"${id}\\"`],
  ['a tag', (id) => `<b>${id}</b>`],
  ['a backtick', (id) => `\`${id}\``],
  ['JSON', (id) => `{"id":"${id}"}`],
  ['a name in a table', (id) => `${id}|Hotel`],
];

const HEX = '0123456789abcdef'.repeat(4);

/** Secrets without a known prefix, and the text around them. */
const OTHER_SECRETS: readonly (readonly [string, string])[] = [
  ['a client secret without a prefix', HEX],
  ['one with something stuck to it', `"${HEX.toUpperCase()}",`],
  ['one with a name', `client_secret=${HEX}`],
  ['an address with a code', `http://127.0.0.1:9090/cb?code=${HEX}&state=1`],
  ['an address with a code at its end', `https://host/cb?state=1&code=${HEX}`],
  ['an encoded address with a code', `https://host/?to=http%3A%2F%2F127.0.0.1%2Fcb%3Fcode%3D${HEX}`],
  ['the end of such an address', `code=${HEX}`],
  ['a form', `grant_type=x&refresh_token=${HEX}`],
  ['JSON', `{"access_token":"${HEX}"}`],
  ['a header', `Authorization:Bearer ${HEX}`],
  ['a token in capital full-width letters', `Ａｔｚａ｜${HEX}`],
  ['a token with invisible characters', `At\u200bza\u2060|${HEX}`],
  ['a token as JSON escapes it', `Atza\\u007c${HEX}`],
  ['a token as HTML escapes it', `Atza&#x7c;${HEX}`],
  ['a token that was encoded twice', `Atzr%257C${HEX}`],
];

describe.each([
  { what: 'service provider ID', check: checkServiceProviderId, form: 'amzn1.comms.csp.id.' },
  { what: 'skill ID', check: checkSkillId, form: 'amzn1.ask.skill.' },
])('a $what', ({ check, form }) => {
  it('is accepted in the documented format, with a UUID or a number', () => {
    expect(check(form + UUID)).toEqual({ ok: true, value: form + UUID });
    expect(check(`${form}2`)).toEqual({ ok: true, value: `${form}2` });
  });

  it('in an unknown format is usable with a warning that has the known format', () => {
    for (const id of ['my-own-id', form, form.toUpperCase() + UUID, '你好', 'a/b?c#d%e']) {
      expect(check(id)).toEqual({ ok: true, value: id, warning: expect.stringContaining(form) as string });
    }
  });

  it('that is empty is rejected with an example', () => {
    expect(check('')).toEqual({ ok: false, problem: expect.stringContaining(form) as string });
  });

  it.each(Object.entries(UNUSABLE_CHARACTERS))('with a %s anywhere in it is rejected', (_name, character) => {
    for (const id of [character + form + UUID, form + character + UUID, form + UUID + character, character]) {
      expect(check(id)).toMatchObject({ ok: false, problem: expect.stringContaining('no spaces') as string });
    }
  });

  it.each(STUCK)('with %s attached is usable with a warning, and the ID inside is suggested', (_what, stick) => {
    for (const rest of [UUID, 'aurora']) {
      const id = stick(form + rest);
      expect(check(id)).toEqual({
        ok: true,
        value: id,
        warning: expect.stringContaining(form + rest) as string,
        suggestion: form + rest,
      });
    }
  });

  it.each(['\u200b', '\ufe0f', '\u3164', ' ', '\n'])('is suggested without the %j after it', (character) => {
    for (const rest of [UUID, 'aurora']) {
      expect(check(form + rest + character)).toMatchObject({ ok: false, suggestion: form + rest });
    }
  });

  it('with lookalike letters is usable with a warning, and the ID is suggested', () => {
    const looks: readonly (readonly [string, string])[] = [
      ['-', '\u2013'],
      ['-', '\u2011'],
      ['-', '\u2212'],
      ['a', '\u0430'],
      ['c', '\u0441'],
      ['e', '\u0435'],
      ['s', '\u0455'],
      ['i', '\u0456'],
      ['o', '\u03bf'],
      ['d', '\uff44'],
      ['2', '\uff12'],
      ['.', '\uff0e'],
    ];
    for (const [plain, alike] of looks) {
      const right = `${form}5a2b6c1e-7f0d-4f6c-9a52-3f1f6f1d2b11`;
      const id = right.replaceAll(plain, alike);
      if (id === right) continue;
      expect(check(id), alike).toMatchObject({ ok: true, value: id, warning: /\S/, suggestion: right });
    }
  });

  it.each([
    ['was cut off', UUID.slice(0, -3)],
    ['was cut off after a part', '5a2b6c1e'],
    ['lacks a hyphen', UUID.replace('-4f6c-', '4f6c-')],
    ['ends in a hyphen', 'aurora-'],
    ['has two consecutive hyphens', 'aurora--2'],
  ])('that %s is usable with a warning', (_what, rest) => {
    expect(check(form + rest)).toMatchObject({ ok: true, value: form + rest, warning: /complete|The ID in it/ });
  });

  it('is not suggested when the text contains two', () => {
    for (const between of ['', ',', '/', '–']) {
      const both = check(`${form}1${between}${form}2`);
      expect(both).toMatchObject({ ok: true, warning: /complete|usually start/ });
      expect(both).not.toHaveProperty('suggestion');
    }
    expect(check(`${form}1 ${form}2`)).not.toHaveProperty('suggestion');
    expect(check(`${form}1,${form}1`)).toHaveProperty('suggestion', `${form}1`);
  });

  it.each(OTHER_SECRETS)('that is %s is rejected, and the message does not repeat it', (_what, secret) => {
    const result = check(secret);
    expect(result).toHaveProperty('problem', expect.stringMatching(/secret|no spaces/));
    expect(JSON.stringify(result)).not.toContain(HEX);
  });

  it('that is or contains a secret is rejected, and the message does not repeat it', () => {
    fc.assert(
      fc.property(fc.constantFrom('', form, 'x', ' '), aSecret, (before, secret) => {
        const result = check(before + secret);
        expect(result.ok).toBe(false);
        expect(JSON.stringify(result)).not.toContain(secret);
        expect(result).toHaveProperty('problem', expect.stringContaining('secret'));
      }),
    );
  });

  it('is accepted unchanged or rejected with a message, for any input', () => {
    fc.assert(
      fc.property(anyText(300), (id) => {
        const result = check(id);
        if (result.ok) expect(result.value).toBe(id);
        else expect(result.problem).toMatch(/\S/);
      }),
    );
  });
});

describe('a service provider ID', () => {
  it.each([
    ['a Login with Amazon client id', 'amzn1.application-oa2-client.0123abcd', 'client ID'],
    ['the id of a Chime provider', 'amzn1.alexa.csp.id.0123abcd', 'Chime'],
    ['a skill id', `amzn1.ask.skill.${UUID}`, 'skill'],
    ['a skill id of the other form', `amzn1.alexa.skill.did.${UUID}`, 'skill'],
  ])('that is really %s is named as such', (_what, id, word) => {
    expect(checkServiceProviderId(id)).toEqual({
      ok: true,
      value: id,
      warning: expect.stringContaining(word) as string,
    });
  });

  it('in an unknown format gets a warning with the known one', () => {
    const warning = 'Check for typos: service provider IDs usually start with amzn1.comms.csp.id.';
    expect(checkServiceProviderId('x')).toEqual({ ok: true, value: 'x', warning });
  });

  it('of one or two dots is rejected, since no URL can contain it', () => {
    expect(checkServiceProviderId('.')).toHaveProperty('problem', expect.stringContaining('not an ID'));
    expect(checkServiceProviderId('..')).toHaveProperty('problem', expect.stringContaining('not an ID'));
    expect(checkServiceProviderId('...')).toHaveProperty('ok', true);
  });

  it('has at most 1000 characters; a longer one is rejected with its length', () => {
    const form = 'amzn1.comms.csp.id.';
    expect(checkServiceProviderId(form.padEnd(1_000, 'a'))).toHaveProperty('ok', true);
    expect(checkServiceProviderId(form.padEnd(1_001, 'a'))).toEqual({
      ok: false,
      problem: expect.stringContaining('1001') as string,
    });
  });

  it('that is accepted fits into one path segment of a URL and is decoded unchanged', () => {
    const difficult = fc.string({
      unit: fc.constantFrom(
        '.',
        '/',
        '\\',
        '?',
        '#',
        '%',
        '%2e',
        '%2F',
        ';',
        ':',
        '@',
        '&',
        '+',
        '|',
        'a',
        'ü',
        '你',
        '🙂',
      ),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.oneof(difficult, anyText()), (id) => {
        fc.pre(checkServiceProviderId(id).ok);
        const { pathname, search, hash } = new URL(`https://host/v1/${encodeURIComponent(id)}/network`);
        const segments = pathname.split('/');
        expect(segments).toHaveLength(4);
        expect(decodeURIComponent(segments[2] ?? '')).toBe(id);
        expect(search + hash).toBe('');
      }),
    );
  });
});

describe('a skill ID', () => {
  it('is accepted in both documented formats without a warning', () => {
    expect(checkSkillId(`amzn1.ask.skill.${UUID}`)).toEqual({ ok: true, value: `amzn1.ask.skill.${UUID}` });
    expect(checkSkillId(`amzn1.alexa.skill.did.${UUID}`)).toEqual({ ok: true, value: `amzn1.alexa.skill.did.${UUID}` });
  });

  it.each([
    ['a Login with Amazon client id', 'amzn1.application-oa2-client.0123abcd', 'client ID'],
    ['a service provider id', `amzn1.comms.csp.id.${UUID}`, 'service provider'],
    ['the id of a Chime provider', 'amzn1.alexa.csp.id.0123abcd', 'service provider'],
  ])('that is really %s is named as such', (_what, id, word) => {
    expect(checkSkillId(id)).toEqual({ ok: true, value: id, warning: expect.stringContaining(word) as string });
  });

  it('in an unknown format gets a warning with both formats', () => {
    expect(checkSkillId('x')).toHaveProperty(
      'warning',
      'Skill IDs usually start with amzn1.ask.skill. or amzn1.alexa.skill.did.',
    );
  });

  it('has at most 255 characters; a longer one is rejected with its length', () => {
    const form = 'amzn1.ask.skill.';
    expect(checkSkillId(form.padEnd(255, 'a'))).toHaveProperty('ok', true);
    expect(checkSkillId(form.padEnd(256, 'a'))).toEqual({
      ok: false,
      problem: expect.stringContaining('256') as string,
    });
    expect(checkSkillId('s')).toHaveProperty('ok', true);
  });
});

describe('two skill IDs', () => {
  const ask = (rest: string) => `amzn1.ask.skill.${rest}`;
  const did = (rest: string) => `amzn1.alexa.skill.did.${rest}`;
  const rest = fc.string({ minLength: 1 });
  const anyId = fc.oneof(
    fc.string(),
    rest.map(ask),
    rest.map(did),
    rest.map((text) => `skill:${text}`),
  );

  it('in the two documented formats name the same skill when the rest is equal', () => {
    fc.assert(
      fc.property(rest, (text) => {
        expect(isSameSkillId(ask(text), did(text))).toBe(true);
      }),
    );
  });

  it('that differ in the letter case of the UUID name the same skill', () => {
    expect(isSameSkillId(ask(UUID), ask(UUID.toUpperCase()))).toBe(true);
    expect(isSameSkillId(ask(UUID), did(UUID.toUpperCase()))).toBe(true);
  });

  it('that are not UUIDs and differ in letter case name different skills', () => {
    expect(isSameSkillId(ask('A'), ask('a'))).toBe(false);
    expect(isSameSkillId(ask('A'), did('a'))).toBe(false);
    for (const id of [`${UUID}-a`, `a-${UUID}`]) expect(isSameSkillId(ask(id), ask(id.toUpperCase()))).toBe(false);
  });

  it('that differ after the prefix name different skills', () => {
    expect(isSameSkillId(ask('1'), ask('2'))).toBe(false);
    expect(isSameSkillId(ask('1'), did('2'))).toBe(false);
  });

  it('in an unknown format name the same skill only when they are equal', () => {
    fc.assert(
      fc.property(fc.string(), anyId, (one, other) => {
        fc.pre(!one.startsWith('amzn1.'));
        expect(isSameSkillId(one, other)).toBe(one === other);
      }),
    );
    fc.assert(
      fc.property(rest, (text) => {
        expect(isSameSkillId(`skill:${text}`, ask(text))).toBe(false);
      }),
    );
  });

  it('compare the same in both directions, and an ID always equals itself', () => {
    fc.assert(
      fc.property(anyId, anyId, (one, other) => {
        expect(isSameSkillId(one, other)).toBe(isSameSkillId(other, one));
        expect(isSameSkillId(one, one)).toBe(true);
      }),
    );
  });
});

describe('an ID as a row shows it', () => {
  it('omits its prefix up to the part that distinguishes it from all others', () => {
    const telling = 'a'.repeat(32);
    for (const form of ['amzn1.comms.csp.id.', 'amzn1.ask.skill.', 'amzn1.alexa.skill.did.']) {
      expect(shortId(form + telling)).toBe(telling);
      expect(shortId(form + telling.slice(1))).toBe(form + telling.slice(1));
    }
  });

  it('is shown in full in an unknown format', () => {
    expect(shortId('x'.repeat(60))).toBe('x'.repeat(60));
  });
});

describe('a display name', () => {
  it('is any text, without surrounding white space, or none', () => {
    expect(checkName(' Hôtel “Atza” 🙂 ')).toEqual({ ok: true, value: 'Hôtel “Atza” 🙂' });
    expect(checkName(' ')).toEqual({ ok: true, value: '' });
  });

  it.each([
    'Basic Inn Zürich',
    'Bearer Hall',
    'zip code: 8001',
    'Room code=12',
    'Hotel “0123456789abcdef”',
    'Q&A code',
  ])('may be %s', (name) => {
    expect(checkName(name)).toEqual({ ok: true, value: name });
  });

  it.each(OTHER_SECRETS)('that is %s is rejected', (_what, secret) => {
    expect(checkName(`Hotel ${secret}`)).toHaveProperty('problem', expect.stringContaining('secret'));
    expect(checkName(secret)).toHaveProperty('problem', expect.stringContaining('secret'));
  });

  it('that contains a secret is rejected, and the message does not repeat it', () => {
    fc.assert(
      fc.property(fc.constantFrom('', 'Hotel ', ' '), aSecret, (before, secret) => {
        const result = checkName(before + secret);
        expect(result).toHaveProperty('problem', expect.stringContaining('secret'));
        expect(JSON.stringify(result)).not.toContain(secret);
      }),
    );
  });
});

describe('a secret', () => {
  it('of Login with Amazon is recognized, raw and percent-encoded, in any letter case', () => {
    fc.assert(
      fc.property(aSecret, (secret) => {
        expect(looksLikeSecret(secret)).toBe(true);
        expect(looksLikeSecret(encodeURIComponent(secret))).toBe(true);
        expect(looksLikeSecret(secret.toUpperCase())).toBe(true);
      }),
    );
  });

  it('is not found in ordinary IDs', () => {
    for (const id of [
      `amzn1.comms.csp.id.${UUID}`,
      `amzn1.ask.skill.${UUID}`,
      'amzn1.application-oa2-client.x',
      'Atza',
    ]) {
      expect(looksLikeSecret(id)).toBe(false);
    }
  });
});
