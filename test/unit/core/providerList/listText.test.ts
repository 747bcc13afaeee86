import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import {
  addition,
  applied,
  merging,
  removal,
  renaming,
  reversal,
  type ListEdit,
} from '../../../../src/core/providerList/listEdit';
import {
  commentsIn,
  editedText,
  entrySpan,
  findList,
  type ListInText,
} from '../../../../src/core/providerList/listText';

const SETTING = 'alexaNetworkMapping.serviceProviders';

function listIn(text: string, inWorkspaceFile = false): ListInText {
  const list = findList(text, SETTING, inWorkspaceFile);
  if (typeof list === 'string') throw new Error(list);
  return list;
}

/** The text after an edit. */
function after(text: string, edit: ListEdit, inWorkspaceFile = false): string {
  const list = listIn(text, inWorkspaceFile);
  return editedText(text, list, edit(list.entries));
}

const SETTINGS = `// settings of the team
{
  "editor.tabSize": 2, // two
  "${SETTING}": [
    // --- Zurich ---
    { "id": "a", "name": "Aurora" }, // the first one
    /* opened
       in May */
    {
      "id": "b", // from onboarding
      "name": "Berlin"
    },
    { "id": "c" } // no name yet
    // the end
  ],
  "files.eol": "\\n"
}
`;

describe('the list in a settings file', () => {
  it('gets an entry at its end, below the comment of the last one', () => {
    expect(after(SETTINGS, addition([{ id: 'd', name: 'Delta' }]))).toBe(
      SETTINGS.replace(
        '{ "id": "c" } // no name yet\n',
        '{ "id": "c" }, // no name yet\n    { "id": "d", "name": "Delta" }\n',
      ),
    );
  });

  it('has the name of one entry changed, added and removed, and nothing else', () => {
    expect(after(SETTINGS, renaming('b', 'Bern "B"'))).toBe(SETTINGS.replace('"Berlin"', '"Bern \\"B\\""'));
    expect(after(SETTINGS, renaming('c', 'Cairo'))).toBe(
      SETTINGS.replace('{ "id": "c" }', '{ "id": "c", "name": "Cairo" }'),
    );
    expect(after(SETTINGS, renaming('a', ''))).toBe(
      SETTINGS.replace('{ "id": "a", "name": "Aurora" }', '{ "id": "a" }'),
    );
    expect(after(SETTINGS, renaming('b', ''))).toBe(
      SETTINGS.replace('"id": "b", // from onboarding\n      "name": "Berlin"\n', '"id": "b" // from onboarding\n'),
    );
  });

  it('loses the removed entry with the comment on its line, and no other comment', () => {
    expect(after(SETTINGS, removal(['a']))).toBe(
      SETTINGS.replace('    { "id": "a", "name": "Aurora" }, // the first one\n', ''),
    );
    expect(after(SETTINGS, removal(['c']))).toBe(
      SETTINGS.replace('    },\n    { "id": "c" } // no name yet\n', '    }\n'),
    );
    const none = after(SETTINGS, removal(['a', 'b', 'c']));
    expect(listIn(none).entries).toEqual([]);
    expect(commentsIn(none, listIn(none))).toEqual(['// --- Zurich ---', '/* opened\n       in May */', '// the end']);
  });

  it.each([
    ['ends before', '/* Zurich,\n      since May */ { "id": "a" },'],
    ['begins after', '{ "id": "a" }, /* Zurich,\n      since May */'],
  ])('keeps a multi-line comment that %s a removed entry on its line', (_where, removed) => {
    const text = `{ "${SETTING}": [\n    ${removed}\n    { "id": "b" }\n  ] }`;
    const left = after(text, removal(['a']));
    expect(listIn(left).entries).toEqual([{ id: 'b' }]);
    expect(commentsIn(left, listIn(left))).toEqual(['/* Zurich,\n      since May */']);
  });

  it.each([
    ['[]', '[\n    {\n      "id": "x"\n    }\n  ]'],
    ['[ // none yet\n  ]', '[ // none yet\n    {\n      "id": "x"\n    }\n  ]'],
    ['[ /* none */ ]', '[ /* none */\n    {\n      "id": "x"\n    }\n  ]'],
    ['[{ "id": "a" }]', '[{ "id": "a" }, { "id": "x" }]'],
    ['[{ "id": "a" },]', '[{ "id": "a" }, { "id": "x" },]'],
    [
      '[{ "id": "a" } /* A */, { "id": "b" } // B\n  ]',
      '[{ "id": "a" } /* A */, { "id": "b" }, { "id": "x" } // B\n  ]',
    ],
    [
      '[\n    {\n      "id": "a"\n    }, // A\n  ]',
      '[\n    {\n      "id": "a"\n    }, // A\n    {\n      "id": "x"\n    },\n  ]',
    ],
    ['[\n    { "id": "a" }]', '[\n    { "id": "a" },\n    { "id": "x" }]'],
  ])('keeps its layout: %j', (list, expected) => {
    const text = (part: string) => `{\n  "${SETTING}": ${part}\n}`;
    expect(after(text(list), addition([{ id: 'x' }]))).toBe(text(expected));
    const withWindowsBreaks = text(list).replaceAll('\n', '\r\n');
    if (withWindowsBreaks !== text(list)) {
      expect(after(withWindowsBreaks, addition([{ id: 'x' }]))).toBe(text(expected).replaceAll('\n', '\r\n'));
    }
  });

  it.each([
    ['[{ "id": "a" }, { "id": "b" }, { "id": "c" }]', ['b'], '[{ "id": "a" }, { "id": "c" }]'],
    ['[{ "id": "a" }, { "id": "b" }, { "id": "c" }]', ['c', 'b'], '[{ "id": "a" }]'],
    ['[{ "id": "a" }, /* B */ { "id": "b" },]', ['b'], '[{ "id": "a" } /* B */ ,]'],
    ['[{ "id": "a" }, { "id": "b" },]', ['a', 'b'], '[]'],
    ['[\n{ "id": "a" }\n, { "id": "b" }\n]', ['a'], '[\n{ "id": "b" }\n]'],
  ])('is valid after a removal: %j', (list, ids, expected) => {
    const text = (part: string) => `{"${SETTING}": ${part}}`;
    const result = after(text(list), removal(ids));
    expect(result.replaceAll(/\s+/g, '')).toBe(text(expected).replaceAll(/\s+/g, ''));
  });

  it('is located as VS Code locates it', () => {
    const workspace = `{ "folders": [], "settings": { "${SETTING}": [ /* w */ { "id": "a" }, ], }, }`;
    expect(after(workspace, renaming('a', 'A'), true)).toBe(workspace.replace('"a" }', '"a", "name": "A" }'));
    const twice = `{ "${SETTING}": [{ "id": "a" }], "${SETTING}": [{ "id": "b" }] }`;
    expect(listIn(twice).entries).toEqual([{ id: 'b' }]);
    const nested = `{ "alexaNetworkMapping": { "serviceProviders": [{ "id": "n" }] } }`;
    expect(listIn(nested).entries).toEqual([{ id: 'n' }]);
    expect(findList('{', SETTING, false)).toBe('invalid');
    expect(findList('', SETTING, false)).toBe('invalid');
    expect(findList('{}', SETTING, false)).toBe('missing');
    expect(findList('{}', SETTING, true)).toBe('missing');
    expect(findList('[]', SETTING, false)).toBe('missing');
    expect(findList(`{ "${SETTING}": {} }`, SETTING, false)).toBe('notAList');
  });

  it('has the line of each entry', () => {
    const span = entrySpan(SETTINGS, listIn(SETTINGS), 2);
    expect(span && SETTINGS.slice(span.start, span.end)).toBe('{ "id": "c" }');
    expect(entrySpan(SETTINGS, listIn(SETTINGS), 3)).toBeUndefined();
  });
});

describe('any edit of any list', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const name = fc.constantFrom('A', 'B "q"', '// no comment', '/* nor */', ', ]', '');
  const entry = fc.oneof(
    fc.record({ id, name, account: name }, { requiredKeys: ['id'], noNullPrototype: true }),
    fc.constantFrom<unknown>(7, null, 'text', [], {}, { name: 'no id' }, { id: 5 }, { id: 'a', more: { deep: [1] } }),
  );
  const gap = fc.constantFrom(
    '',
    ' ',
    '\n',
    '\n    ',
    ' // line\n',
    ' /* block */ ',
    '\n  /* two\n lines */\n  ',
    '\r\n\t',
  );
  /** A list in JSON with random spaces, line breaks and comments. */
  const aList = fc
    .tuple(fc.array(fc.tuple(entry, gap, gap, gap, fc.boolean()), { maxLength: 6 }), gap, fc.boolean())
    .map(([entries, last, hasTrailingComma]) => {
      const parts = entries.map(([value, before, inside, behind, isOnOneLine], index) => {
        const json = JSON.stringify(value, undefined, isOnOneLine ? 0 : 2).replace(/^\{/, `{${inside}`);
        const comma = index < entries.length - 1 || hasTrailingComma ? ',' : '';
        return `${before}${json}${behind}${comma}`;
      });
      return `[${parts.join('')}${last}]`;
    });
  const additions = fc.uniqueArray(fc.record({ id, name: fc.constantFrom('N', 'M') }, { noNullPrototype: true }), {
    selector: (each) => each.id,
  });
  const anEdit: fc.Arbitrary<ListEdit> = fc.oneof(
    additions.map(addition),
    fc.tuple(id, name).map(([of, to]) => renaming(of, to)),
    fc.array(id).map(removal),
    // As an import: entries in the list are updated, others added.
    additions.map((all) => (entries: readonly unknown[]) => {
      const listed = new Set(JSON.stringify(entries).match(/(?<="id":")\w/g));
      return merging(
        all.filter((each) => !listed.has(each.id)),
        all.filter((each) => listed.has(each.id)),
      )(entries);
    }),
  );
  const aText = aList.map((list) => `// top\n{\n  "x": [1, /* keep */ 2],\n  "${SETTING}": ${list} // behind\n}\n`);
  const valuesOf = (text: string) => (parse(text) as Record<string, unknown>)[SETTING];

  it('has the same effect on the text as on the values, and changes nothing else', () => {
    fc.assert(
      fc.property(aText, anEdit, (text, edit) => {
        const list = listIn(text);
        const operations = edit(list.entries);
        const edited = editedText(text, list, operations);
        expect(valuesOf(edited)).toEqual(applied(list.entries, operations));
        expect(edited.startsWith(text.slice(0, list.start))).toBe(true);
        expect(edited.endsWith(text.slice(list.end))).toBe(true);
        // Edits are idempotent: nothing is left to do.
        expect(edit(listIn(edited).entries)).toEqual([]);
        if (operations.length === 0) expect(edited).toBe(text);
        if (!operations.some(({ type }) => type === 'remove')) {
          const before = commentsIn(text, list);
          // A removed name takes the comment on its line with it.
          const isShorter = operations.some(
            (operation) => operation.type === 'set' && Object.values(operation.fields).includes(undefined),
          );
          if (!isShorter) expect(commentsIn(edited, listIn(edited))).toEqual(before);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('can be reverted', () => {
    fc.assert(
      fc.property(aText, anEdit, (text, edit) => {
        const list = listIn(text);
        const operations = edit(list.entries);
        const edited = editedText(text, list, operations);
        const list2 = listIn(edited);
        const back = reversal(list.entries, operations);
        const again = editedText(edited, list2, back(list2.entries));
        const ids = list.entries.flatMap((each) => (each && typeof each === 'object' && 'id' in each ? [each.id] : []));
        // Two entries with one ID cannot both be distinguished from the added ones.
        if (new Set(ids).size === ids.length) expect(valuesOf(again)).toEqual(valuesOf(text));
        expect(back(listIn(again).entries)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});
