import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { run } from './support/extension';
import { answer, choose, leave, look } from './support/prompts';
import { elementsOf, rows } from './support/rows';
import { configure, listIn } from './support/settings';
import { replace } from './support/wrap';

const id = (name: string) => `amzn1.comms.csp.id.${name}`;
const AURORA = { id: id('aurora'), name: 'Hotel Aurora', account: 'hotels' };
const BERLIN = { id: id('berlin'), name: 'Berlin' };
/** An invalid entry, which must be left unchanged. */
const UNUSABLE = { name: 'no id' };
const LIST = [AURORA, UNUSABLE, BERLIN];

describe('the list of service providers', () => {
  let folder = '';
  let putBack: (() => void)[] = [];
  const fileOf = (name: string) => vscode.Uri.file(path.join(folder, name));
  /** Chooses a file in the next dialogs, or dismisses them. */
  const choosing = (uri: vscode.Uri | undefined) => {
    putBack = [
      replace(vscode.window, 'showOpenDialog', () => Promise.resolve(uri && [uri])),
      replace(vscode.window, 'showSaveDialog', () => Promise.resolve(uri)),
    ];
  };
  const chooseFile = async (name: string, content: string | Uint8Array) => {
    await writeFile(fileOf(name).fsPath, content);
    choosing(fileOf(name));
  };
  const importing = () => run('importServiceProviders');
  const list = () => listIn('globalValue');
  const lastMessage = () => vscodeSpy.messages.at(-1);
  const labels = (items: readonly vscode.QuickPickItem[]) => items.map(({ label }) => label);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'list-'));
  });
  beforeEach(async () => {
    await configure({ user: LIST });
    vscodeSpy.clearMessages();
  });
  afterEach(async () => {
    for (const each of putBack) each();
    putBack = [];
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(async () => {
    await configure({});
    await rm(folder, { recursive: true });
  });

  describe('when a file is imported', () => {
    it('adds all entries in one write, which can be undone', async () => {
      await chooseFile('new.csv', `id,name,account\n${id('new')},New,\n${id('other')},,clinics\n`);
      let writes = 0;
      const counting = vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('alexaNetworkMapping.serviceProviders')) writes += 1;
      });
      await answer(
        importing,
        look(({ title, items }) => {
          assert.equal(title, 'Import new.csv');
          assert.deepEqual(labels(items), ['Add 2', 'To add: 2', 'New', id('other')]);
        }),
        choose('Add 2'),
      );
      assert.deepEqual(list(), [...LIST, { id: id('new'), name: 'New' }, { id: id('other'), account: 'clinics' }]);
      assert.equal(writes, 1);
      counting.dispose();
      const message = lastMessage();
      assert.equal(message?.text, 'Added 2 service providers to the list.');
      message.press('Undo');
      await eventually(() => {
        assert.deepEqual(list(), LIST);
      });
    });

    it('keeps later changes after an undo', async () => {
      await chooseFile('new.csv', `${id('new')}\n${id('other')}`);
      await answer(importing, choose('Add 2'));
      const renamed = { id: id('new'), name: 'Renamed' };
      await configure({ user: [renamed, ...LIST, { id: id('other') }] });
      lastMessage()?.press('Undo');
      await eventually(() => {
        assert.deepEqual(list(), [renamed, ...LIST]);
      });
    });

    it('adds nothing if there are problems, unless the user chooses to add the other entries', async () => {
      await chooseFile('some.csv', `id,name\n${id('new')},"Two\nlines"\nb c,\n${id('new')},\n${id('other')},x`);
      await answer(
        importing,
        look(({ items }) => {
          assert.deepEqual(labels(items), [
            'Problems: 2',
            'Line 4',
            'Line 5',
            'Add the 2 without problems',
            'To add: 2',
            'Two lines',
            'x',
          ]);
          assert.match(items[1]?.detail ?? '', /no spaces/);
          assert.equal(items[2]?.detail, 'Same ID as on line 2, which takes precedence.');
        }),
        leave,
      );
      assert.deepEqual(list(), LIST);
      await answer(importing, choose('Line 5'));
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.uri.fsPath, fileOf('some.csv').fsPath);
      assert.equal(editor.selection.active.line, 4);
      assert.deepEqual(list(), LIST);
      assert.deepEqual(vscodeSpy.messages, []);
      await answer(importing, choose('Add the 2 without problems'));
      assert.deepEqual(list(), [...LIST, { id: id('new'), name: 'Two lines' }, { id: id('other'), name: 'x' }]);
    });

    it('keeps its names and accounts, unless the user chooses those of the file', async () => {
      const json = [{ ...AURORA, name: 'Aurora', account: '' }, { id: BERLIN.id }, { id: id('new') }];
      await chooseFile(
        'settings.json',
        `{ /* mine */ "alexaNetworkMapping.serviceProviders": ${JSON.stringify(json)} }`,
      );
      await answer(
        importing,
        look(({ items }) => {
          assert.deepEqual(labels(items).slice(0, 5), [
            'Add 1',
            'Add 1, and update 1 in the list',
            'Already in your list: 2',
            'Hotel Aurora',
            'Berlin',
          ]);
          assert.equal(items[3]?.detail, `In the file: Aurora, ${AURORA.id}`);
          assert.equal(items[4]?.detail, undefined);
        }),
        choose('Add 1'),
      );
      assert.deepEqual(list(), [...LIST, { id: id('new') }]);

      await answer(
        importing,
        look(({ items }) => {
          assert.deepEqual(labels(items).slice(0, 2), ['Leave the list unchanged', 'Update 1 in the list']);
        }),
        choose('Leave the list unchanged'),
      );
      assert.deepEqual(list(), [...LIST, { id: id('new') }]);

      await configure({ user: LIST });
      await answer(importing, choose('Add 1, and update 1 in the list'));
      assert.deepEqual(list(), [{ ...AURORA, name: 'Aurora' }, UNUSABLE, BERLIN, { id: id('new') }]);
      assert.equal(lastMessage()?.text, 'Added 1 service provider to the list, and updated 1.');
      lastMessage()?.press('Undo');
      await eventually(() => {
        assert.deepEqual(list(), LIST);
      });
    });

    it('uses the singular for one entry', async () => {
      await chooseFile('one.csv', id('new'));
      await answer(importing, choose('Add 1'));
      assert.equal(lastMessage()?.text, 'Added 1 service provider to the list.');
      await importing();
      assert.equal(lastMessage()?.text, 'The service provider in the file is already in your list.');
      await chooseFile('one.csv', `id,name\n${id('new')},New\nb c,\n`);
      await answer(importing, choose('Update 1 in the list'));
      assert.equal(lastMessage()?.text, 'Updated 1 service provider in the list.');
      await chooseFile('one.csv', `id,name\n${id('newer')},New\nb c,\n`);
      await answer(
        importing,
        look(({ items }) => {
          assert.ok(labels(items).includes('Add the one without problems'));
        }),
        leave,
      );
    });

    it('prompts for the columns of a file without a header', async () => {
      await chooseFile('foreign.csv', `Nr;Haus;Kennung\n1;$(trash) Aurora;${id('new')}\n2;;${id('other')}\n`);
      await answer(
        importing,
        look(({ title, items }) => {
          assert.equal(title, 'Import foreign.csv');
          assert.deepEqual(labels(items), ['Kennung', 'Nr', 'Haus']);
          assert.equal(items[0]?.description, `${id('new')}, ${id('other')}`);
        }),
        choose('Kennung'),
        look(({ items }) => {
          assert.deepEqual(labels(items), ['No names', 'Nr', 'Haus']);
          assert.equal(items[2]?.description, '\\$(trash) Aurora');
        }),
        choose('Haus'),
        choose('No accounts'),
        look(({ items }) => {
          assert.ok(labels(items).includes('Not imported: Nr'));
        }),
        choose('Add 2'),
      );
      assert.deepEqual(list(), [...LIST, { id: id('new'), name: '$(trash) Aurora' }, { id: id('other') }]);
      await chooseFile('foreign.csv', `Hotel|${id('third')}|x`);
      await answer(importing, choose('Column 2'), leave);
      await answer(importing, choose('Column 2'), choose('Column 1'), choose('No accounts'), leave);
    });

    it('changes the list of the workspace if there is one', async () => {
      await configure({ user: LIST, workspace: [BERLIN] });
      await chooseFile('ids.txt', AURORA.id);
      await answer(importing, choose('Add 1'));
      assert.deepEqual(listIn('workspaceValue'), [BERLIN, { id: AURORA.id }]);
      assert.deepEqual(list(), LIST);
    });

    it('shows the contents of a file without icons, and truncates thousands of rows', async () => {
      const many = Array.from({ length: 3000 }, (_, index) => `${id(`many-${index}`)},$(trash)\u202e`);
      const bad = Array.from({ length: 3000 }, () => 'a b,');
      await chooseFile('$(x)\u202e.csv', ['id,name,$(y)', ...many, ...bad].join('\n'));
      await answer(
        importing,
        look(({ title, items }) => {
          assert.equal(title, 'Import $(x).csv');
          assert.equal(items.length, 206);
          assert.ok(labels(items).includes('\\$(trash)'));
          assert.ok(labels(items).includes('Not imported: \\$(y)'));
          assert.equal(items[101]?.label, '… and 2900 more');
        }),
        choose('Add the 3000 without problems'),
      );
      assert.equal((list() as unknown[]).length, 3003);
    });

    const refused: [string, string, string | Uint8Array, RegExp][] = [
      ['it is too large', 'large.csv', new Uint8Array(5_000_001), /larger than 5 MB/],
      ['it is not text', 'image.csv', new Uint8Array([0xff, 0xd8]), /not text in UTF-8/],
      ['it is empty', 'empty.csv', '\n', /contains no service providers/],
      ['all of it is in the list', 'same.txt', `${AURORA.id}\n${BERLIN.id}`, /All 2 service providers .* already/],
    ];
    for (const [why, name, content, words] of refused) {
      it(`is unchanged, with a message, when ${why}`, async () => {
        await chooseFile(name, content);
        await importing();
        assert.match(lastMessage()?.text ?? '', words);
        assert.equal(lastMessage()?.severity, 'warning');
        assert.deepEqual(list(), LIST);
      });
    }

    it('is unchanged if the file is deleted, or none is chosen', async () => {
      choosing(fileOf('gone.csv'));
      await importing();
      assert.match(lastMessage()?.text ?? '', /^The file could not be read: /);
      vscodeSpy.clearMessages();
      choosing(undefined);
      await importing();
      await run('exportServiceProviders');
      assert.deepEqual(vscodeSpy.messages, []);
      assert.deepEqual(list(), LIST);
    });

    it('is not replaced if the setting is not a list', async () => {
      await configure({ user: 'no list' });
      await chooseFile('new.csv', id('new'));
      await answer(importing, choose('Add 1'));
      assert.deepEqual(lastMessage()?.buttons, ['Open Setting']);
      assert.equal(list(), 'no list');
    });
  });

  describe('when it is exported', () => {
    const exported = (name: string) => readFile(fileOf(name).fsPath, 'utf8');
    const beListed = () =>
      eventually(() => {
        assert.equal(rows().length, LIST.length);
      });

    it('is written as CSV or JSON, depending on the file extension', async () => {
      await beListed();
      choosing(fileOf('list.csv'));
      await run('exportServiceProviders');
      const csv = `id,name,account\r\n${AURORA.id},Hotel Aurora,hotels\r\n${BERLIN.id},Berlin,\r\n`;
      assert.equal(await exported('list.csv'), `\ufeff${csv}`);
      assert.match(lastMessage()?.text ?? '', /^Exported 2 service providers\. Skipped invalid entries .*: 1\.$/);
      choosing(fileOf('LIST.JSON'));
      await run('exportServiceProviders');
      assert.deepEqual(JSON.parse(await exported('LIST.JSON')), [AURORA, BERLIN]);
      lastMessage()?.press('Open File');
      await eventually(() => {
        assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, fileOf('LIST.JSON').fsPath);
      });
    });

    it('contains only the selected rows, or those of the argument', async () => {
      await beListed();
      choosing(fileOf('one.json'));
      const [row] = elementsOf([BERLIN.id]);
      await run('exportServiceProviders', row, [row]);
      assert.deepEqual(JSON.parse(await exported('one.json')), [BERLIN]);
      assert.equal(lastMessage()?.text, 'Exported 1 service provider.');
      await run('exportServiceProviders', { serviceProviderId: AURORA.id });
      assert.deepEqual(JSON.parse(await exported('one.json')), [AURORA]);
    });

    it('shows a message if the file cannot be written, or the list is empty', async () => {
      await beListed();
      choosing(vscode.Uri.parse('no-such-scheme:/list.csv'));
      await run('exportServiceProviders');
      assert.match(lastMessage()?.text ?? '', /^The file could not be written: /);
      await configure({ user: [] });
      await eventually(() => {
        assert.equal(rows().length, 0);
      });
      await run('exportServiceProviders');
      assert.equal(lastMessage()?.text, 'There are no service providers in the list yet.');
    });
  });
});
