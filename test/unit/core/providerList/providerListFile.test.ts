import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FIELDS,
  parseConfiguredProviders,
  type ConfiguredProvider,
} from '../../../../src/core/model/configuredProviders';
import { sanitizeText } from '../../../../src/core/text/sanitizeText';
import { readProviderListFile, type ProviderListFile } from '../../../../src/core/providerList/providerListFile';
import { formatCsv, type ChosenColumns } from '../../../../src/core/providerList/csvFile';
import { formatJson } from '../../../../src/core/providerList/jsonFile';
import { aSecret, anyText } from '../../../support/arbitraries';

const A = 'amzn1.comms.csp.id.a';
const B = 'amzn1.comms.csp.id.b';
const C = 'amzn1.comms.csp.id.c';
const SETTING = 'alexaNetworkMapping.serviceProviders';

const bytesOf = (text: string | Uint8Array) => (typeof text === 'string' ? new TextEncoder().encode(text) : text);

function read(text: string | Uint8Array, fileName = 'list'): ProviderListFile {
  const file = readProviderListFile(bytesOf(text), fileName);
  if ('rejected' in file) throw new Error(file.rejected);
  if ('columns' in file) throw new Error(`which column? ${JSON.stringify(file)}`);
  return file;
}

/** The prompt for the columns. */
function question(text: string) {
  const file = readProviderListFile(bytesOf(text), 'list.csv');
  if (!('columns' in file)) throw new Error('nothing is asked');
  return file;
}

/** The entries for the chosen columns. */
function chosen(text: string, columns: ChosenColumns): unknown[] {
  const file = readProviderListFile(bytesOf(text), 'list.csv', columns);
  if ('rejected' in file) throw new Error(file.rejected);
  return file.listed.map(({ entry }) => entry);
}

const entries = (text: string | Uint8Array, fileName?: string) => read(text, fileName).listed.map(({ entry }) => entry);
const problems = (text: string, fileName?: string) =>
  read(text, fileName).problems.map(({ line, problem }) => `${line}: ${problem}`);
const refusal = (bytes: Uint8Array) => {
  const file = readProviderListFile(bytes, 'list.csv');
  return 'rejected' in file ? file.rejected : undefined;
};

const HOTELS = [
  { id: A, name: 'Hotel, "Aurora"', account: 'hotels' },
  { id: B, name: 'Berlin' },
];

describe('a list of service providers in CSV', () => {
  it('has a header with the columns in any order and letter case', () => {
    const text = `Account,ID,Name\nhotels,${A},"Hotel, ""Aurora"""\n,${B},Berlin\n`;
    expect(entries(text)).toEqual(HOTELS);
    expect(entries(`serviceProviderId\n${A}`)).toEqual([{ id: A }]);
  });

  it.each([
    ['semicolons', ';'],
    ['tabs', '\t'],
    ['commas', ','],
    ['vertical bars', '|'],
  ])('may be separated by %s', (_name, separator) => {
    const text = [`name~id`, `"Rest, and; more\t|there"~${A}`, `B~${B}`].join('\n').replaceAll('~', separator);
    expect(entries(text)).toEqual([
      { id: A, name: 'Rest, and; more |there' },
      { id: B, name: 'B' },
    ]);
    const hotel = { id: A, name: 'Hotel' };
    const lines = (...all: string[]) => all.join('\r\n').replaceAll('~', separator);
    expect(entries(lines(`${A}~Hotel`, `${B}~`)), 'without a header').toEqual([hotel, { id: B }]);
    expect(entries(lines('sep=~', 'id~name', `${A}~Hotel`)), 'as Excel declares it').toEqual([hotel]);
    expect(entries(lines('"sep=~"', '', 'id~name', `${A}~Hotel`))).toEqual([hotel]);
    expect(problems(lines('sep=~', 'id~name', 'a b~'))).toEqual([expect.stringMatching(/^3: /)]);
    expect(entries(lines('id~name~', `${A}~Hotel~`)), 'with one too many at the end').toEqual([hotel]);
    expect(entries(lines('id~ name', `${A}~ "Hotel~ Aurora" ~`, ` "${B}" ~ "B" `))).toEqual([
      { id: A, name: `Hotel${separator} Aurora`.replace('\t', '') },
      { id: B, name: 'B' },
    ]);
  });

  it('may have each line in quotation marks as a whole', () => {
    const quoted = (...lines: string[]) => lines.map((line) => `"${line.replaceAll('"', '""')}"`).join('\n');
    expect(entries(quoted('id,name,account', `${A},"Hotel, ""Aurora""",hotels`, `${B},Berlin,`))).toEqual(HOTELS);
    expect(entries(`id;name\n${quoted(`${A};Hotel`)}\n${B};Berlin\n${quoted(`${C};"x; y"`)}`)).toEqual([
      { id: A, name: 'Hotel' },
      { id: B, name: 'Berlin' },
      { id: C, name: 'x; y' },
    ]);
    expect(entries(quoted(`${A},Hotel`, `${B},Berlin`))).toEqual([
      { id: A, name: 'Hotel' },
      { id: B, name: 'Berlin' },
    ]);
    const faulty = `${quoted('id,name')}\n\n${quoted('a b,x', `${A},x"y`)}`;
    expect(problems(faulty)).toEqual([expect.stringMatching(/^4: There is a quotation mark inside a value/)]);
    expect(problems(faulty.replace('x""y', 'x'))).toEqual([expect.stringMatching(/^3: An ID has no spaces/)]);
  });

  it.each([
    ...['service_provider_id', 'Provider ID', 'ServiceProvider', 'Service Provider Id', 'SERVICE-PROVIDER-ID'],
    ...['providerId', '"Service Provider ID"', 'CSP ID', 'Identifier', ' id ', 'ＩＤ'],
  ])('has its IDs in a column with a common name: %s', (name) => {
    expect(entries(`Display Name,${name},account_name\nHotel,${A},hotels`)).toEqual([
      { id: A, name: 'Hotel', account: 'hotels' },
    ]);
    expect(entries(`${name}\n${A}`)).toEqual([{ id: A }]);
    expect(entries(JSON.stringify([{ [name.replaceAll('"', '')]: A, 'Provider Name': 'Hotel' }]))).toEqual([
      { id: A, name: 'Hotel' },
    ]);
  });

  it('prompts for the columns with their contents when the header is unclear', () => {
    const foreign = `Kennung;Haus;Ort\n${A};Hotel Aurora;Basel\n\n${B};;Bern\n`;
    expect(question(foreign)).toEqual({
      columns: [
        { name: 'Kennung', samples: [A, B] },
        { name: 'Haus', samples: ['Hotel Aurora'] },
        { name: 'Ort', samples: ['Basel', 'Bern'] },
      ],
      guess: { id: 0 },
    });
    expect(chosen(foreign, { id: 0, name: 2 })).toEqual([
      { id: A, name: 'Basel' },
      { id: B, name: 'Bern' },
    ]);
    const numbered = `ID,Service Provider ID,Name\n1,${A},Hotel\n2,${B},\n`;
    expect(question(numbered)).toMatchObject({ columns: [{ samples: ['1', '2'] }, {}, {}], guess: { id: 1, name: 2 } });
    expect(chosen(numbered, { id: 1, name: 2, account: 0 })).toEqual([
      { id: A, name: 'Hotel', account: '1' },
      { id: B, account: '2' },
    ]);
    const headless = `Hotel,${A},default\nBerlin,${B},`;
    expect(question(headless)).toMatchObject({
      columns: [{ samples: ['Hotel', 'Berlin'] }, {}, { samples: ['default'] }],
      guess: { id: 1, name: 0 },
    });
    expect(chosen(headless, { id: 1, name: 0 })).toHaveLength(2);
    expect(question(`"${A},Hotel,default"`).columns.map(({ samples }) => samples)).toEqual([
      [A],
      ['Hotel'],
      ['default'],
    ]);
    expect(question('Hotel;Name\nAurora;Basel').guess).toEqual({ name: 1 });
  });

  it('is not read as IDs when its only column has another name', () => {
    expect(read(`Kennung\n${A}\n`)).toMatchObject({ listed: [{ line: 2, entry: { id: A } }], ignored: ['Kennung'] });
    expect(entries('mine\nyours')).toEqual([{ id: 'mine' }, { id: 'yours' }]);
    expect(problems(`\nName\nHotel\n`)).toEqual([
      '2: The first line has no column "id". Expected a line such as id,name,account',
    ]);
  });

  it('has names with orthographic joiners', () => {
    const names = ['ශ්\u200dරී ලංකා', 'می\u200cخواهم', '👩\u200d👩\u200d👧 Family'];
    const list = names.map((name, index) => ({ id: `${A}${index}`, name }));
    expect(entries(`id,name\n${list.map(({ id, name }) => `${id},${name}`).join('\n')}`)).toEqual(list);
    expect(entries(JSON.stringify(list))).toEqual(list);
  });

  it.each([
    ['\\r\\n', '\r\n'],
    ['\\r', '\r'],
    ['\\n', '\n'],
  ])('has its lines counted with %s as the line break, including those inside quotation marks', (_name, lineBreak) => {
    const text = ['\ufeffid,name', `${A},"Hotel`, 'Aurora"', '', ',,', 'b c,', `${B},Berlin`, `${A},`].join(lineBreak);
    const { listed, problems } = read(text);
    expect(listed.map(({ line, entry }) => [line, entry])).toEqual([
      [2, { id: A, name: 'Hotel Aurora' }],
      [7, { id: B, name: 'Berlin' }],
    ]);
    expect(problems.map(({ line, id }) => [line, id])).toEqual([
      [6, undefined],
      [8, A],
    ]);
  });

  it('has its separator detected by the known columns, quoted or not, with any other text in the first line', () => {
    const hotel = [{ id: A, name: 'Hotel' }];
    expect(entries(`\n  id;name  \n${A};Hotel`)).toEqual(hotel);
    expect(entries(`"id";"name"\n${A};Hotel`)).toEqual(hotel);
    expect(entries(`id;name;"City, region, country, zone"\n${A};Hotel;x`)).toEqual(hotel);
  });

  it('skips rows of spaces', () => {
    expect(read(`id,name\n , \n${A},`)).toMatchObject({ listed: [{ line: 3, entry: { id: A } }], problems: [] });
  });

  it('may be a single column of IDs, with or without a header', () => {
    expect(read(A)).toMatchObject({ listed: [{ line: 1, entry: { id: A } }], problems: [], ignored: [] });
    expect(entries(`\n${A}\n "${B}" \n`.replaceAll(' ', ''))).toEqual([{ id: A }, { id: B }]);
    expect(entries(`id\n ${A} \n${B}`)).toEqual([{ id: A }, { id: B }]);
  });

  it('reports ignored columns', () => {
    const { listed, ignored } = read(`id,City,name,,City,Atza|abcdefgh\n${A},Berlin,Aurora,x,y,z`);
    expect(listed.map(({ entry }) => entry)).toEqual([{ id: A, name: 'Aurora' }]);
    expect(ignored).toEqual(['City']);
    expect(read(`id, , City \n${A},,`).ignored).toEqual(['City']);
  });

  it('rejects duplicate columns', () => {
    expect(problems(`\nid;Id\n${A};`)).toEqual(['2: Two columns are named "id". Remove one of them.']);
    expect(problems(`id;Id;name\n${A};;`)).toEqual(['1: Two columns are named "id". Remove one of them.']);
  });

  it('has at most 100,000 lines, including empty ones', () => {
    const blank = (lines: number) => `id\n${',\n'.repeat(lines - 2)}${A}`;
    expect(entries(`${blank(100_000)}\n`)).toEqual([{ id: A }]);
    const tooMany = ['100001: The file has more than 100000 lines.'];
    expect(problems(`${blank(100_000)}\n\n`)).toEqual(tooMany);
    expect(problems(blank(1_000_000))).toEqual(tooMany);
  });

  it('reports too many columns in a line only if they have contents', () => {
    const text = `id,name\n${A},Hotel, Berlin\n${B},,, \n${C}`;
    expect(entries(text)).toEqual([{ id: B }, { id: C }]);
    expect(problems(text)).toEqual([expect.stringMatching(/^2: This line has 3 columns, but 2 are expected\./)]);
    expect(read(`id\n b c\n${A},x\n`).problems.map(({ line }) => line)).toEqual([2, 3]);
  });

  it('is rejected as a whole when its quotation marks are unbalanced', () => {
    const open = `id,name\n\n${B},x\n${A},"Hotel\n${C},y\n`;
    expect(entries(open)).toEqual([]);
    expect(problems(open)).toEqual(['4: A quotation mark is opened here and never closed.']);
    expect(problems(`id,name\n${B},x\n\n\n${A},"Hotel\n`)).toEqual([
      '5: A quotation mark is opened here and never closed.',
    ]);
    expect(problems(`id,name\n${A},"Hotel\nAurora" x\n`)).toEqual([
      expect.stringMatching(/^3: There is a quotation mark inside a value/),
    ]);
    for (const cell of ['"Hotel" Aurora', 'Hotel "Aurora"']) {
      const text = `id,name\n${B},x\n${A},${cell}\n`;
      expect(entries(text)).toEqual([]);
      expect(problems(text)).toEqual([expect.stringMatching(/^3: There is a quotation mark inside a value/)]);
    }
  });

  it('loses the guard against formulas, and no other apostrophe', () => {
    expect(entries(`id,name\n'=${A},'-1+1\n${B},'Aurora'\n${C},''@x\n=d,-1`)).toEqual([
      { id: `=${A}`, name: '-1+1' },
      { id: B, name: "'Aurora'" },
      { id: C, name: "'@x" },
      { id: '=d', name: '-1' },
    ]);
  });
});

describe('a list of service providers in JSON', () => {
  it('is an array as in the setting, one of IDs, or settings with comments', () => {
    expect(entries(JSON.stringify(HOTELS))).toEqual(HOTELS);
    expect(entries(JSON.stringify([A, B]))).toEqual([{ id: A }, { id: B }]);
    const settings = `// mine\n{ "editor.tabSize": 2, /* list */ "${SETTING}": [{ "serviceProviderId": "${A}" },], }`;
    expect(entries(settings)).toEqual([{ id: A }]);
    expect(entries(JSON.stringify(A), 'list.txt')).toEqual([{ id: A }]);
  });

  it.each([
    [`[\n"${A}",\n"${A}"\n]`, ['3: Same ID as on line 2, which takes precedence.']],
    ['[\r"a",\r"b",\r1]', [expect.stringMatching(/^4: Expected an object such as/)]],
    ['[\n1]', [expect.stringMatching(/^2: Expected an object such as/)]],
    ['[null]', [expect.stringMatching(/^1: Expected an object such as/)]],
    ['[\n\n{"name": "x"}]', ['3: The entry has no "id".']],
    ['[{"id": [1]}]', ['1: "id" must be a string.']],
    [`[\r\n{"id": "${A}", "name": {"a": 1}}]`, ['2: "name" and "account" must be strings.']],
    ['[\n"a",\n}', ['3: The file is not valid JSON from this line on.']],
    [`{\n"other": []}`, [`1: Expected a list of service providers, or an object with "${SETTING}".`]],
    [`{\n"${SETTING}": 7}`, [`2: Expected a list of service providers, or an object with "${SETTING}".`]],
  ])('has the line of each problem: %j', (text, expected) => {
    expect(problems(text, 'list.json')).toEqual(expected);
  });

  it('uses the last of several values for one key, as VS Code does, and ignores null', () => {
    expect(entries(`[{"id": "${B}", "id": "${A}", "name": null}]`)).toEqual([{ id: A }]);
    expect(entries(`{"${SETTING}": ["${B}"], "${SETTING}": ["${A}"]}`)).toEqual([{ id: A }]);
  });

  it('is recognized by its file extension too', () => {
    expect(problems('', 'list.json')).toHaveLength(1);
    expect(problems('', 'list.JSONC')).toHaveLength(1);
    expect(entries(`id\n${A}`, 'list.json.csv')).toEqual([{ id: A }]);
    expect(entries(`\n [${JSON.stringify(A)}]`)).toEqual([{ id: A }]);
    expect(entries('a[b')).toEqual([{ id: 'a[b' }]);
    expect(read('', 'list.csv')).toEqual({ listed: [], problems: [], ignored: [] });
  });

  it('cannot change object prototypes', () => {
    const text = `[{"__proto__": {"id": "${A}", "polluted": 1}, "constructor": {}, "id": "${B}"}, {"__proto__": {"id": "${A}"}}]`;
    const file = read(text);
    expect(file.listed.map(({ entry }) => entry)).toEqual([{ id: B }]);
    expect(file.problems).toHaveLength(1);
    expect(file.ignored).toEqual(['__proto__', 'constructor']);
    expect('polluted' in {}).toBe(false);
    expect(read(`__proto__,id,constructor\nx,${A},y`).listed).toHaveLength(1);
  });

  it('may be nested without limit', () => {
    const deep = `[\n${'['.repeat(2_000_000)}`;
    expect(problems(deep)).toEqual(['2: The JSON is nested too deeply here. Expected a list of service providers.']);
    expect(problems('{"a":'.repeat(500_000))).toHaveLength(1);
    expect(problems(`${'['.repeat(50)}${']'.repeat(50)}`)).toEqual([expect.stringMatching(/^1: Expected an object/)]);
    expect(problems(`${'['.repeat(51)}${']'.repeat(51)}`)).toEqual([
      expect.stringMatching(/^1: The JSON is nested too deeply/),
    ]);
    const flat = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? { id: String(index) } : []));
    expect(read(JSON.stringify(flat))).toMatchObject({ listed: { length: 100 }, problems: { length: 100 } });
    expect(entries(`["${A}", "${'['.repeat(100)}"]`)).toHaveLength(2);
  });
});

describe('a service provider in a file', () => {
  it('is checked by the rules of the setting', () => {
    const longest = 'n'.repeat(500);
    const text = [
      'id,name,account',
      ',No ID,',
      'two words,,',
      `${A},${longest},  ho   tels `,
      `${B},,a\u200bb`,
      `${B},${longest}n,`,
      `${'i'.repeat(501)},,`,
      'mine,,',
    ].join('\n');
    expect(entries(text)).toEqual([{ id: A, name: longest, account: 'ho tels' }, { id: 'mine' }]);
    expect(problems(text)).toEqual([
      expect.stringMatching(/^2: Enter an ID/),
      expect.stringMatching(/^3: An ID has no spaces/),
      expect.stringMatching(/^5: "account": An account name has no line breaks/),
      '6: "name" has more than 500 characters.',
      '7: "id" has more than 500 characters.',
    ]);
    expect(read(text).problems.map(({ id }) => id)).toEqual([undefined, undefined, B, B, undefined]);
    expect(read(text).listed[1]?.provider.warning).toContain('amzn1.comms.csp.id.');
    const longId = 'i'.repeat(500);
    expect(read(`id,name\n${longId},${longest}n`).problems.map(({ id }) => id)).toEqual([longId]);
  });

  it('never shows a secret, wherever it is', () => {
    fc.assert(
      fc.property(aSecret, fc.constantFrom('id', 'name', 'account', 'other'), (secret, field) => {
        const entry = { id: A, [field]: secret };
        const csv = `${Object.keys(entry).join()}\n${Object.values(entry).join()}`;
        const barred = [`id|name\n${A}|x\n${secret}`, `id|name\n${secret}|x`, `sep=|\nid|${secret}\n${A}|x`];
        const asked = [`${A},x,${secret}`, `Kennung,${secret}\n${A},x`, `x|${A}|${secret}`, `a|b\n${secret}`];
        const simple = [JSON.stringify([entry]), csv, `id\n${secret}`, secret, `id,${secret}\n${A},`];
        // Nor what follows the vertical bar of its prefix.
        const rest = secret.slice(secret.indexOf('|') + 1);
        for (const text of [...simple, ...barred, ...asked]) {
          expect(JSON.stringify(readProviderListFile(bytesOf(text), 'list'))).not.toContain(rest);
        }
      }),
    );
    expect(problems(`id,name\n${A},Atza|abcdefgh`)).toEqual([
      '2: "name" contains a Login with Amazon secret. Remove it from the file, and revoke it.',
    ]);
    expect(problems('id\nAtza|abcdefgh')).toEqual([
      expect.stringMatching(/^2: This is a Login with Amazon secret, not an ID/),
    ]);
  });

  it('is the first of several with the same ID, if that one is valid', () => {
    const text = `id,name,account\n${A},,\u200b\n${A},x,\n${A},y,`;
    expect(entries(text)).toEqual([{ id: A, name: 'x' }]);
    expect(problems(text).at(-1)).toBe('4: Same ID as on line 3, which takes precedence.');
  });
});

describe('an unsupported file', () => {
  it('is rejected when it is too large', () => {
    expect(refusal(new Uint8Array(5_000_001))).toMatch(/larger than 5 MB/);
    expect(refusal(new Uint8Array(5_000_000).fill(0x20))).toBeUndefined();
  });

  it('is read in UTF-16 with a byte order mark, as Excel writes "Unicode Text"', () => {
    const little = Buffer.from(`\ufeffid\tname\r\n${A}\tZürich\r\n`, 'utf16le');
    expect(entries(little)).toEqual([{ id: A, name: 'Zürich' }]);
    expect(entries(Buffer.from(little).swap16())).toEqual([{ id: A, name: 'Zürich' }]);
  });

  it('is rejected when it is not text in UTF-8 or UTF-16', () => {
    const utf16 = Buffer.from(`id\n${A}`, 'utf16le');
    const torn = Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41]);
    for (const bytes of [utf16, torn, Buffer.from('id\nä', 'latin1'), Buffer.from('id\na\0')]) {
      expect(refusal(bytes)).toMatch(/not text in UTF-8 or UTF-16/);
    }
  });

  it('never throws, for any contents', () => {
    const mark = fc.constantFrom(
      '"',
      ',',
      ';',
      '\n',
      '\r\n',
      '\t',
      '{',
      '}',
      '[',
      ']',
      ':',
      "'",
      '=',
      '//',
      'id',
      A,
      '\ufeff',
    );
    const text = fc.array(fc.oneof(mark, anyText(5)), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom('list.csv', 'list.json'), (file, name) => {
        const result = readProviderListFile(bytesOf(file.replaceAll('\0', '')), name);
        const { listed, problems } = 'listed' in result ? result : { listed: [], problems: [] };
        const count = file.split(/\r\n?|\n/).length;
        for (const { line } of [...listed, ...problems]) expect(line >= 1 && line <= count).toBe(true);
        expect(new Set(listed.map(({ entry }) => entry.id)).size).toBe(listed.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('an exported list', () => {
  const idCharacter = fc.constantFrom(...Array.from('aZ0.-_=+@\'"",;|$(){}<>#é＝'));
  const name = anyText(30).map((text) => sanitizeText(sanitizeText(text, 200), 200));
  const risky = fc
    .tuple(fc.constantFrom('=', "'=", "''+", '@', '-', '＝', '"', ';', ';=', "|'-", 'a; @', "x|''+"), name)
    .map(([mark, rest]) => mark + rest);
  const setting = fc.uniqueArray(
    fc.record(
      {
        id: fc.string({ unit: idCharacter, minLength: 1, maxLength: 12 }),
        name: fc.oneof(name, risky),
        account: fc.oneof(fc.constantFrom('hotels', '=1+1', "'-x", 'a "b"'), name),
      },
      { requiredKeys: ['id'] },
    ),
    { selector: ({ id }) => id },
  );
  const providersOf = (list: unknown) =>
    parseConfiguredProviders(list).filter((entry): entry is ConfiguredProvider => entry.type === 'provider');

  const FORMATS = [
    ['list.csv', formatCsv],
    ['list.json', formatJson],
  ] as const;

  it.each(FORMATS)('has all fields of an entry: %s', (fileName, format) => {
    const entry = Object.fromEntries(FIELDS.map((field) => [field, `my-${field}`]));
    expect(read(format(providersOf([entry])), fileName).listed).toMatchObject([{ entry, provider: entry }]);
  });

  it.each(FORMATS)('is read back as it was: %s', (fileName, format) => {
    fc.assert(
      fc.property(setting.map(providersOf), (providers) => {
        const { listed, problems, ignored } = read(format(providers), fileName);
        expect(listed.map(({ provider }) => provider)).toEqual(providers);
        expect([...problems, ...ignored]).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('has no cell that a spreadsheet treats as a formula', () => {
    const csv = formatCsv(
      providersOf([
        { id: '=a', name: '@SUM(1;2)', account: '+1' },
        { id: A, name: '-2' },
        { id: B, name: '1+1=2' },
      ]),
    );
    expect(csv).toBe(`\ufeffid,name,account\r\n'=a,'@SUM(1;2),'+1\r\n${A},'-2,\r\n${B},1+1=2,\r\n`);
    expect(formatCsv(providersOf([{ id: 'a|=b', name: 'Hotel;=1+1', account: 'x| @y' }]))).toContain(
      "a|'=b,Hotel;'=1+1,x| '@y",
    );
  });

  it('of tens of thousands is read back', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => `${A}-${index}`);
    expect(read(`id,name\n${many.map((id) => `${id},`).join('\n')}`).listed).toHaveLength(50_000);
    expect(read(`${many.join('\n')}\n${many.join('\n')}`).problems).toHaveLength(50_000);
    expect(read(JSON.stringify(many)).listed.at(-1)?.entry.id).toBe(`${A}-49999`);
  });
});
