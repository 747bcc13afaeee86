import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkName,
  checkServiceProviderId,
  checkSkillId,
  isSameSkill,
  looksLikeSecret,
  shortId,
} from '../../../src/core/identifiers';
import { anyText, aSecret } from '../../support/arbitraries';

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
  'high surrogate alone': '\ud83d',
  'low surrogate alone': '\ude00',
};

describe.each([
  { what: 'service provider id', check: checkServiceProviderId, form: 'amzn1.comms.csp.id.' },
  { what: 'skill id', check: checkSkillId, form: 'amzn1.ask.skill.' },
])('a $what', ({ check, form }) => {
  it('is accepted in the documented form, be it a UUID or a number', () => {
    expect(check(form + UUID)).toEqual({ ok: true, value: form + UUID });
    expect(check(`${form}2`)).toEqual({ ok: true, value: `${form}2` });
  });

  it('of an unknown form is usable and warns with the form that is known', () => {
    for (const id of ['my-own-id', form, form.toUpperCase() + UUID, '你好', 'a/b?c#d%e']) {
      expect(check(id)).toEqual({ ok: true, value: id, warning: expect.stringContaining(form) as string });
    }
  });

  it('that is empty is refused with an example of what is expected', () => {
    expect(check('')).toEqual({ ok: false, problem: expect.stringContaining(form) as string });
  });

  it.each(Object.entries(UNUSABLE_CHARACTERS))('with a %s anywhere in it is refused', (_name, character) => {
    for (const id of [character + form + UUID, form + character + UUID, form + UUID + character, character]) {
      expect(check(id)).toEqual({ ok: false, problem: expect.stringContaining('no spaces') as string });
    }
  });

  it('that is or holds a secret is refused, and the message does not repeat it', () => {
    fc.assert(
      fc.property(fc.constantFrom('', form, 'x', ' '), aSecret, (before, secret) => {
        const result = check(before + secret);
        expect(result.ok).toBe(false);
        expect(JSON.stringify(result)).not.toContain(secret);
        expect(result).toHaveProperty('problem', expect.stringContaining('secret'));
      }),
    );
  });

  it('is taken as it is or refused with words, whatever is typed', () => {
    fc.assert(
      fc.property(anyText(300), (id) => {
        const result = check(id);
        if (result.ok) expect(result.value).toBe(id);
        else expect(result.problem).toMatch(/\S/);
      }),
    );
  });
});

describe('a service provider id', () => {
  it.each([
    ['a Login with Amazon client id', 'amzn1.application-oa2-client.0123abcd', 'client id'],
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

  it('of an unknown form is told the known one', () => {
    const warning = 'Service provider ids known so far start with amzn1.comms.csp.id.';
    expect(checkServiceProviderId('x')).toEqual({ ok: true, value: 'x', warning });
  });

  it('of one or two dots is refused, since no URL can carry it', () => {
    expect(checkServiceProviderId('.')).toHaveProperty('problem', expect.stringContaining('not an id'));
    expect(checkServiceProviderId('..')).toHaveProperty('problem', expect.stringContaining('not an id'));
    expect(checkServiceProviderId('...')).toHaveProperty('ok', true);
  });

  it('has at most 1000 characters; a longer one is refused with its length', () => {
    const form = 'amzn1.comms.csp.id.';
    expect(checkServiceProviderId(form.padEnd(1_000, 'a'))).toHaveProperty('ok', true);
    expect(checkServiceProviderId(form.padEnd(1_001, 'a'))).toEqual({
      ok: false,
      problem: expect.stringContaining('1001') as string,
    });
  });

  it('that is accepted fits into one path segment of a URL and comes out of it unchanged', () => {
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

describe('a skill id', () => {
  it('is accepted in both forms of the reference without a warning', () => {
    expect(checkSkillId(`amzn1.ask.skill.${UUID}`)).toEqual({ ok: true, value: `amzn1.ask.skill.${UUID}` });
    expect(checkSkillId(`amzn1.alexa.skill.did.${UUID}`)).toEqual({ ok: true, value: `amzn1.alexa.skill.did.${UUID}` });
  });

  it.each([
    ['a Login with Amazon client id', 'amzn1.application-oa2-client.0123abcd', 'client id'],
    ['a service provider id', `amzn1.comms.csp.id.${UUID}`, 'service provider'],
    ['the id of a Chime provider', 'amzn1.alexa.csp.id.0123abcd', 'service provider'],
  ])('that is really %s is named as such', (_what, id, word) => {
    expect(checkSkillId(id)).toEqual({ ok: true, value: id, warning: expect.stringContaining(word) as string });
  });

  it('of an unknown form is told both forms', () => {
    expect(checkSkillId('x')).toHaveProperty(
      'warning',
      'Skill ids known so far start with amzn1.ask.skill. or amzn1.alexa.skill.did.',
    );
  });

  it('has at most 255 characters; a longer one is refused with its length', () => {
    const form = 'amzn1.ask.skill.';
    expect(checkSkillId(form.padEnd(255, 'a'))).toHaveProperty('ok', true);
    expect(checkSkillId(form.padEnd(256, 'a'))).toEqual({
      ok: false,
      problem: expect.stringContaining('256') as string,
    });
    expect(checkSkillId('s')).toHaveProperty('ok', true);
  });
});

describe('two skill ids', () => {
  const ask = (rest: string) => `amzn1.ask.skill.${rest}`;
  const did = (rest: string) => `amzn1.alexa.skill.did.${rest}`;
  const rest = fc.string({ minLength: 1 });
  const anyId = fc.oneof(
    fc.string(),
    rest.map(ask),
    rest.map(did),
    rest.map((text) => `skill:${text}`),
  );

  it('of the two documented forms name the same skill when what follows is the same', () => {
    fc.assert(
      fc.property(rest, (text) => {
        expect(isSameSkill(ask(text), did(text))).toBe(true);
      }),
    );
  });

  it('that differ in the letter case of the UUID name the same skill', () => {
    expect(isSameSkill(ask(UUID), ask(UUID.toUpperCase()))).toBe(true);
    expect(isSameSkill(ask(UUID), did(UUID.toUpperCase()))).toBe(true);
  });

  it('that are no UUIDs and differ in letter case name different skills', () => {
    expect(isSameSkill(ask('A'), ask('a'))).toBe(false);
    expect(isSameSkill(ask('A'), did('a'))).toBe(false);
    for (const id of [`${UUID}-a`, `a-${UUID}`]) expect(isSameSkill(ask(id), ask(id.toUpperCase()))).toBe(false);
  });

  it('that differ after the form name different skills', () => {
    expect(isSameSkill(ask('1'), ask('2'))).toBe(false);
    expect(isSameSkill(ask('1'), did('2'))).toBe(false);
  });

  it('of an unknown form name the same skill only when they are equal', () => {
    fc.assert(
      fc.property(fc.string(), anyId, (one, other) => {
        fc.pre(!one.startsWith('amzn1.'));
        expect(isSameSkill(one, other)).toBe(one === other);
      }),
    );
    fc.assert(
      fc.property(rest, (text) => {
        expect(isSameSkill(`skill:${text}`, ask(text))).toBe(false);
      }),
    );
  });

  it('are compared alike in both directions, and an id is always the same as itself', () => {
    fc.assert(
      fc.property(anyId, anyId, (one, other) => {
        expect(isSameSkill(one, other)).toBe(isSameSkill(other, one));
        expect(isSameSkill(one, one)).toBe(true);
      }),
    );
  });
});

describe('an id as a row shows it', () => {
  it('is without its prefix from where the rest tells it from all others', () => {
    const telling = 'a'.repeat(32);
    for (const form of ['amzn1.comms.csp.id.', 'amzn1.ask.skill.', 'amzn1.alexa.skill.did.']) {
      expect(shortId(form + telling)).toBe(telling);
      expect(shortId(form + telling.slice(1))).toBe(form + telling.slice(1));
    }
  });

  it('is whole where its form is not known', () => {
    expect(shortId('x'.repeat(60))).toBe('x'.repeat(60));
  });
});

describe('a name for people', () => {
  it('is any text, without the white space around it, or none', () => {
    expect(checkName(' Hôtel “Atza” 🙂 ')).toEqual({ ok: true, value: 'Hôtel “Atza” 🙂' });
    expect(checkName(' ')).toEqual({ ok: true, value: '' });
  });

  it('that holds a secret is refused, and the message does not repeat it', () => {
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
  it('of Login with Amazon is recognised, raw and percent-encoded, in any letter case', () => {
    fc.assert(
      fc.property(aSecret, (secret) => {
        expect(looksLikeSecret(secret)).toBe(true);
        expect(looksLikeSecret(encodeURIComponent(secret))).toBe(true);
        expect(looksLikeSecret(secret.toUpperCase())).toBe(true);
      }),
    );
  });

  it('is not seen in ordinary ids', () => {
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
