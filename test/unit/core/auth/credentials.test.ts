import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkAccessToken,
  checkClientId,
  checkClientSecret,
  checkRefreshToken,
} from '../../../../src/core/auth/credentials';
import type { ValidationResult } from '../../../../src/core/model/identifiers';
import { anyText, aSecret, anUnmarkedSecret } from '../../../support/arbitraries';
import { ACCESS_TOKEN, ODD_ACCESS_TOKEN, SERVICE_PROVIDER, SKILL } from '../../../support/builders';

const REFRESH_TOKEN = 'Atzr|IwEBIJ-unit_test.token+of/the=usual~form';
const CLIENT_ID = 'amzn1.application-oa2-client.0123456789abcdef0123456789abcdef';
const CLIENT_SECRET = 'amzn1.oa2-cs.v1.unit-test-secret';
const OLDER_CLIENT_SECRET = '0123456789abcdef'.repeat(4);
const UNKNOWN = 'some-word-of-an-unknown-form';

/**
 * The result of each check by pasted text: valid without a warning, valid with a warning, or invalid with a
 * problem.
 */
const CREDENTIALS: readonly {
  readonly what: string;
  readonly check: (pasted: string) => ValidationResult;
  readonly maxLength: number;
  readonly taken: readonly string[];
  readonly warning: string;
  readonly refused: readonly (readonly [what: string, pasted: string, problem: string])[];
}[] = [
  {
    what: 'access token',
    check: checkAccessToken,
    maxLength: 4096,
    taken: [ACCESS_TOKEN],
    warning: 'Check what you copied: access tokens usually start with Atza|',
    refused: [
      ['nothing', ' \n', 'Paste an access token. It starts with Atza|'],
      ['a refresh token', REFRESH_TOKEN, 'This is a refresh token. An access token starts with Atza|'],
      [
        'a client secret',
        CLIENT_SECRET,
        'This is the client ID or secret of a security profile. An access token starts with Atza|',
      ],
      [
        'a client id',
        CLIENT_ID,
        'This is the client ID or secret of a security profile. An access token starts with Atza|',
      ],
      [
        'two words',
        'Atza|abcdefgh ijklmnop',
        'An access token is one word without spaces or line breaks. It starts with Atza|',
      ],
    ],
  },
  {
    what: 'refresh token',
    check: checkRefreshToken,
    maxLength: 4096,
    taken: [REFRESH_TOKEN],
    warning: 'Check what you copied: refresh tokens usually start with Atzr|',
    refused: [
      ['nothing', '', 'Paste a refresh token. It starts with Atzr|'],
      ['an access token', ACCESS_TOKEN, 'This is an access token. A refresh token starts with Atzr|'],
      [
        'a client secret',
        CLIENT_SECRET,
        'This is the client ID or secret of a security profile. A refresh token starts with Atzr|',
      ],
      [
        'a client id',
        CLIENT_ID,
        'This is the client ID or secret of a security profile. A refresh token starts with Atzr|',
      ],
      [
        'two words',
        'Atzr|abcdefgh ijklmnop',
        'A refresh token is one word without spaces or line breaks. It starts with Atzr|',
      ],
    ],
  },
  {
    what: 'client id',
    check: checkClientId,
    maxLength: 200,
    taken: [CLIENT_ID, 'amzn1.application-oa2-client.x'],
    warning: 'Check what you copied: client IDs usually start with amzn1.application-oa2-client.',
    refused: [
      ['nothing', '\t', 'Paste the client ID of a security profile. It starts with amzn1.application-oa2-client.'],
      [
        'a client secret',
        CLIENT_SECRET,
        'This is a client secret. A client ID starts with amzn1.application-oa2-client.',
      ],
      [
        'an older client secret',
        OLDER_CLIENT_SECRET,
        'This is a client secret. A client ID starts with amzn1.application-oa2-client.',
      ],
      [
        'an access token',
        ACCESS_TOKEN,
        'This is an access token. A client ID starts with amzn1.application-oa2-client.',
      ],
      [
        'a refresh token',
        REFRESH_TOKEN,
        'This is a refresh token. A client ID starts with amzn1.application-oa2-client.',
      ],
      [
        'a percent-encoded token',
        'access_token=Atza%7Cabcdefgh',
        'This is a Login with Amazon secret. It was not stored. A client ID starts with amzn1.application-oa2-client.',
      ],
      ['a skill id', SKILL, 'This is the ID of a skill. A client ID starts with amzn1.application-oa2-client.'],
      [
        'a service provider id',
        SERVICE_PROVIDER,
        'This is the ID of a service provider. A client ID starts with amzn1.application-oa2-client.',
      ],
      [
        'two words',
        `${CLIENT_ID} and`,
        'A client ID is one word without spaces or line breaks. It starts with amzn1.application-oa2-client.',
      ],
    ],
  },
  {
    what: 'client secret',
    check: checkClientSecret,
    maxLength: 256,
    taken: [CLIENT_SECRET, OLDER_CLIENT_SECRET, OLDER_CLIENT_SECRET.toUpperCase()],
    warning:
      'Check what you copied: client secrets usually start with amzn1.oa2-cs.v1. or, if they are older, have 64 hex digits.',
    refused: [
      ['nothing', ' ', 'Paste the client secret of the security profile.'],
      [
        'a client id',
        CLIENT_ID,
        'This is a client ID. A client secret starts with amzn1.oa2-cs.v1. or, if it is older, has 64 hex digits.',
      ],
      [
        'an access token',
        ACCESS_TOKEN,
        'This is an access token. A client secret starts with amzn1.oa2-cs.v1. or, if it is older, has 64 hex digits.',
      ],
      [
        'a refresh token',
        REFRESH_TOKEN,
        'This is a refresh token. A client secret starts with amzn1.oa2-cs.v1. or, if it is older, has 64 hex digits.',
      ],
      [
        'a skill id',
        SKILL,
        'This is the ID of a skill. A client secret starts with amzn1.oa2-cs.v1. or, if it is older, has 64 hex digits.',
      ],
      [
        'a service provider id',
        SERVICE_PROVIDER,
        'This is the ID of a service provider. A client secret starts with amzn1.oa2-cs.v1. or, if it is older, has 64 hex digits.',
      ],
      ['two words', `${CLIENT_SECRET} and`, 'A client secret is one word without spaces or line breaks.'],
    ],
  },
];

describe.each(CREDENTIALS)('a pasted $what', ({ what, check, maxLength, taken, warning, refused }) => {
  it('is accepted in a known format, without surrounding white space', () => {
    for (const credential of taken) {
      expect(check(credential)).toEqual({ ok: true, value: credential });
      expect(check(`\t ${credential}\r\n`)).toEqual({ ok: true, value: credential });
    }
  });

  it('is accepted with a warning in an unknown format', () => {
    expect(check(UNKNOWN)).toEqual({ ok: true, value: UNKNOWN, warning });
  });

  it('is accepted in any printable format, unless it becomes part of a URL', () => {
    const odd = check(` ${ODD_ACCESS_TOKEN} `);
    if (check === checkClientId) expect(odd).toEqual({ ok: false, problem: refused.at(-1)?.[2] });
    else expect(odd).toEqual({ ok: true, value: ODD_ACCESS_TOKEN, warning });
  });

  it.each(refused)('is rejected with a specific message when it is %s', (_what, pasted, problem) => {
    expect(check(pasted)).toEqual({ ok: false, problem });
    expect(check(`  ${pasted}\n`)).toEqual({ ok: false, problem });
  });

  it('is rejected when it contains characters that cannot be sent, or is far too long', () => {
    const problem = refused.at(-1)?.[2];
    const form = taken[0] ?? '';
    for (const odd of [' ', '\n', '\0', '\u00a0', '\u200b', '\u202e', 'ä', '🙂', '\ud83d', '\u007f']) {
      expect(check(`${form}${odd}${form}`), JSON.stringify(odd)).toEqual({ ok: false, problem });
    }
    expect(check(form.padEnd(maxLength, 'a'))).toHaveProperty('ok', true);
    expect(check(form.padEnd(maxLength + 1, 'a'))).toEqual({ ok: false, problem });
  });

  it('is never repeated in a message', () => {
    const sentences = new Set([warning, ...refused.map(([, , problem]) => problem)]);
    const name = what.replace(' id', ' ID');
    sentences.add(`This contains characters that no ${name} has. Check what you copied.`);
    sentences.add(`The pasted text contains several ${name}s. Paste one.`);
    const expected = refused.at(1)?.[2].replace(/^.*?\. /, '') ?? '';
    sentences.add(`The pasted text contains no ${name}. ${expected}`);
    const start = fc.constantFrom('', ...taken, ...refused.map(([, pasted]) => pasted), 'Bearer ', 'amzn1.', '{0}');
    const rest = fc.oneof(aSecret, anUnmarkedSecret, anyText());
    fc.assert(
      fc.property(start, rest, fc.constantFrom('', ' ', ' and more'), (before, text, more) => {
        const result = check(before + text + more);
        if (result.ok) {
          expect(result.value).toMatch(/^[\x21-\x7e]+$/);
          expect(before + text + more).toContain(result.value);
        }
        const words = result.ok ? result.warning : result.problem;
        if (words !== undefined) expect(sentences).toContain(words);
      }),
    );
  });
});

describe('a pasted access token', () => {
  it('is accepted without the header name and scheme around it, and can be sent in a header', () => {
    for (const pasted of [
      `Bearer ${ACCESS_TOKEN}`,
      `authorization:bearer  ${ACCESS_TOKEN}`,
      `Authorization: Bearer ${ACCESS_TOKEN}\r\n`,
    ]) {
      expect(checkAccessToken(pasted)).toEqual({ ok: true, value: ACCESS_TOKEN });
    }
    expect(checkAccessToken('Atza|xbearer y'), 'in the middle they are no such words').toHaveProperty('ok', false);
    expect(() => new Headers({ authorization: `Bearer ${ACCESS_TOKEN}` })).not.toThrow();
  });
});

describe('pasted text that contains a credential', () => {
  const CHECKS = [
    { field: 'access_token', check: checkAccessToken, value: ACCESS_TOKEN, odd: 'odd-token' },
    { field: 'refresh_token', check: checkRefreshToken, value: REFRESH_TOKEN, odd: 'odd-token' },
    { field: 'client_id', check: checkClientId, value: CLIENT_ID, odd: 'odd-client' },
    { field: 'client_secret', check: checkClientSecret, value: CLIENT_SECRET, odd: 'odd-secret' },
    { field: 'client_secret', check: checkClientSecret, value: OLDER_CLIENT_SECRET, odd: 'odd-secret' },
  ];
  const all = {
    access_token: ACCESS_TOKEN,
    refresh_token: REFRESH_TOKEN,
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    token_type: 'bearer',
    expires_in: 3600,
  };

  it.each(CHECKS)('yields only the $field when something surrounds it', ({ check, value, field }) => {
    for (const stuck of [
      `${value}",`,
      `"${value}"`,
      `'${value}',`,
      `${value},`,
      `${value};`,
      `${value}}`,
      `${value}"}`,
      `${value}.`,
      `\`${value}\``,
      `"${field}": "${value}",`,
      `${field}=${value}`,
      `${field}=${value}&token_type=bearer`,
      `export LWA_${field.toUpperCase()}='${value}'`,
      String.raw`{\"${field}\":\"${value}\"}`,
      `<${value}>`,
    ]) {
      expect(check(stuck), stuck).toEqual({ ok: true, value });
    }
  });

  it.each(CHECKS)('yields the only $field of a JSON document, minified or not, in any format', (each) => {
    const { check, field, value, odd } = each;
    const whole = { ...all, [field]: value };
    for (const json of [
      JSON.stringify(whole),
      JSON.stringify(whole, undefined, 2),
      // A single-line input box removes line breaks.
      JSON.stringify(whole, undefined, 2).replaceAll('\n', ''),
      JSON.stringify({ profiles: { default: { token: whole } } }),
      JSON.stringify([whole]),
      JSON.stringify(whole).replaceAll('|', String.raw`\u007c`),
    ]) {
      expect(check(json), json).toEqual({ ok: true, value });
    }
    expect(check(JSON.stringify({ ...all, [field]: odd }))).toMatchObject({
      ok: true,
      value: odd,
      warning: /usually start/,
    });
  });

  it.each(CHECKS)('is rejected with a message when it has no $field, or several', ({ check, field, value }) => {
    const others = Object.fromEntries(Object.entries(all).filter(([name]) => name !== field));
    for (const text of [
      JSON.stringify(others),
      `token_type=bearer&expires_in=3600`,
      '{"error":"invalid_grant"}',
      '[]',
    ]) {
      const result = check(text);
      expect(result, text).toMatchObject({ ok: false, problem: /There is no|secret/ });
      for (const each of Object.values(others)) expect(JSON.stringify(result)).not.toContain(`${each}"`);
    }
    const other = value === OLDER_CLIENT_SECRET ? `0${value.slice(1, -1)}0` : `${value}2`;
    expect(check(JSON.stringify([{ [field]: value }, { [field]: other }]))).toMatchObject({
      ok: false,
      problem: /contains several/,
    });
  });

  it('yields the access token from a header or a command', () => {
    for (const text of [
      `-H "Authorization: Bearer ${ACCESS_TOKEN}"`,
      `curl --header 'Authorization: Bearer ${ACCESS_TOKEN}' https://api.amazonalexa.com/v1/x`,
      `"Authorization": "Bearer ${ACCESS_TOKEN}",`,
      `authorization=Bearer%20${encodeURIComponent(ACCESS_TOKEN)}&x=1`.replace('%20', ' '),
      `http://127.0.0.1:9090/cb#access_token=${encodeURIComponent(ACCESS_TOKEN)}&token_type=bearer`,
    ]) {
      expect(checkAccessToken(text), text).toEqual({ ok: true, value: ACCESS_TOKEN });
    }
    const command = 'curl -H "Authorization: Bearer odd-token" https://host/';
    expect(checkAccessToken(command)).toMatchObject({ ok: true, value: 'odd-token', warning: /usually start/ });
    expect(checkAccessToken('curl https://host/ -o file')).toMatchObject({
      ok: false,
      problem: /There is no access token/,
    });
    expect(checkClientSecret(`curl -u ${CLIENT_ID}:${CLIENT_SECRET} https://host/`)).toMatchObject({ ok: false });
    expect(checkClientSecret(`${CLIENT_ID}:${CLIENT_SECRET}`)).toEqual({ ok: true, value: CLIENT_SECRET });
  });

  it('is accepted with a warning when a known prefix is followed by unusual characters', () => {
    for (const [check, value] of [
      [checkAccessToken, ACCESS_TOKEN],
      [checkRefreshToken, REFRESH_TOKEN],
      [checkClientSecret, CLIENT_SECRET],
    ] as const) {
      for (const after of ['?x=1', '|2', '%20x', '#top', '"x']) {
        expect(check(value + after)).toMatchObject({
          ok: true,
          value: value + after,
          warning: /Check what you copied/,
        });
      }
    }
  });
});

describe('a credential with the prefix of another one in its middle', () => {
  it('is accepted for what it starts with', () => {
    const token = 'Atza|amzn1.application-oa2-client.1';
    expect(checkAccessToken(token)).toEqual({ ok: true, value: token });
    const clientId = 'amzn1.application-oa2-client.amzn1.ask.skill.1';
    expect(checkClientId(clientId)).toEqual({ ok: true, value: clientId });
  });
});

describe('a pasted client secret', () => {
  it('is accepted with a warning when it is only the prefix', () => {
    expect(checkClientSecret('amzn1.oa2-cs.v1.')).toHaveProperty('warning');
    expect(checkClientSecret('amzn1.oa2-cs.v1.1')).not.toHaveProperty('warning');
  });

  it('is accepted with a warning when it has the older format with a digit missing or added', () => {
    for (const pasted of [OLDER_CLIENT_SECRET.slice(1), `${OLDER_CLIENT_SECRET}0`]) {
      expect(checkClientSecret(pasted)).toMatchObject({ ok: true, warning: expect.stringContaining('64') as string });
    }
  });
});

describe('a pasted client ID', () => {
  it('is rejected when a URL would escape one of its characters', () => {
    expect(checkClientId('amzn1.application-oa2-client.a%b')).toHaveProperty('ok', false);
    expect(checkClientId('amzn1.application-oa2-client.a"b')).toHaveProperty('ok', false);
  });

  it('is rejected when it contains a secret, since it is stored in plain text', () => {
    fc.assert(
      fc.property(fc.constantFrom('', CLIENT_ID, 'x', '"'), aSecret, (before, secret) => {
        expect(checkClientId(before + secret)).toHaveProperty('ok', false);
        expect(checkClientId(before + secret.replace('|', '%7C'))).toHaveProperty('ok', false);
      }),
    );
  });

  it('is accepted with a warning when it is only the prefix', () => {
    expect(checkClientId('amzn1.application-oa2-client.')).toHaveProperty('warning');
  });
});
