import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { ServiceProvidersSetting } from '../../src/editor/settings/serviceProvidersSetting';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { extensionContext, run, writesOfAnotherWindow } from './support/extension';
import { answer, choose, enter } from './support/prompts';
import { elementsOf, rows } from './support/rows';
import { configure, listIn } from './support/settings';
import { replace } from './support/wrap';

const id = (name: string) => `amzn1.comms.csp.id.${name}`;
const SETTING = 'alexaNetworkMapping.serviceProviders';
const AURORA = { id: id('aurora'), name: 'Aurora' };
const BERLIN = { id: id('berlin'), name: 'Berlin' };
const NEW = { id: id('new'), name: 'New' };

/** A list with comments, as a team may write it. */
const LIST = `[
    // --- Switzerland ---
    { "id": "${AURORA.id}", "name": "Aurora" }, // opened in May
    // --- Germany ---
    { "id": "${BERLIN.id}", /* from onboarding */ "name": "Berlin" } // capital
    // more to come
  ]`;

describe('the setting with the list', () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const workspaceFile = vscode.Uri.joinPath(folder.uri, '.vscode/settings.json');
  const userFile = () => vscode.Uri.joinPath(extensionContext().globalStorageUri, '../../settings.json');
  const textOf = async (uri: vscode.Uri) => new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  const write = (uri: vscode.Uri, text: string) => vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const lastMessage = () => vscodeSpy.messages.at(-1);
  const listed = (...ids: string[]) =>
    eventually(() => {
      assert.deepEqual(
        rows().map((row) => row.id),
        ids,
      );
    });
  const add = (entry: { id: string; name: string }) =>
    answer(() => run('addServiceProvider'), enter(entry.id), enter(entry.name));
  const rename = (serviceProviderId: string, name: string) =>
    answer(() => run('renameServiceProvider', { serviceProviderId }), enter(name));
  const remove = async (serviceProviderId: string) => run('removeServiceProvider', { serviceProviderId });
  const anotherWindow = () => new ServiceProvidersSetting(writesOfAnotherWindow(), extensionContext().globalStorageUri);
  let original = '';
  /** The settings file with this list. */
  const settings = (list: string) => original.replace('{', `{ // of the team\n  "${SETTING}": ${list},`);

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(() => configure({}));

  describe('in the workspace settings', () => {
    beforeEach(async () => {
      await configure({});
      original = await textOf(workspaceFile);
      await write(workspaceFile, settings(LIST));
      await listed(AURORA.id, BERLIN.id);
      vscodeSpy.clearMessages();
    });
    afterEach(async () => {
      await write(workspaceFile, original);
      await eventually(() => {
        assert.equal(listIn('workspaceValue'), undefined);
      });
    });

    it('keeps its comments and order when entries are added, renamed and removed', async () => {
      await add(NEW);
      const added = LIST.replace(
        '"Berlin" } // capital',
        `"Berlin" }, // capital\n    { "id": "${NEW.id}", "name": "New" }`,
      );
      assert.equal(await textOf(workspaceFile), settings(added));
      await rename(BERLIN.id, 'Bern');
      await rename(NEW.id, '');
      const renamed = added.replace('"Berlin" }', '"Bern" }').replace(', "name": "New"', '');
      assert.equal(await textOf(workspaceFile), settings(renamed));
      await listed(AURORA.id, BERLIN.id, NEW.id);
      await remove(BERLIN.id);
      const removed = renamed.replace(/ *\{ "id": "[^"]*berlin.*\n/, '');
      assert.equal(await textOf(workspaceFile), settings(removed));
      await listed(AURORA.id, NEW.id);
      lastMessage()?.press('Undo');
      await listed(AURORA.id, BERLIN.id, NEW.id);
      assert.equal(await textOf(workspaceFile), settings(renamed));
    });

    it('keeps its comments when a file is imported and the import is undone', async () => {
      const temporary = await mkdtemp(path.join(tmpdir(), 'list-'));
      const file = path.join(temporary, 'list.csv');
      await writeFile(file, `id,name\n${NEW.id},New\n${AURORA.id},Aurora Zurich\n`);
      const putBack = replace(vscode.window, 'showOpenDialog', () => Promise.resolve([vscode.Uri.file(file)]));
      try {
        await answer(() => run('importServiceProviders'), choose('Add 1, and update 1 in the list'));
      } finally {
        putBack();
        await rm(temporary, { recursive: true });
      }
      const imported = LIST.replace('"Aurora"', '"Aurora Zurich"').replace(
        '"Berlin" } // capital',
        `"Berlin" }, // capital\n    { "id": "${NEW.id}", "name": "New" }`,
      );
      assert.equal(await textOf(workspaceFile), settings(imported));
      lastMessage()?.press('Undo');
      await listed(AURORA.id, BERLIN.id);
      assert.equal(await textOf(workspaceFile), settings(LIST));
    });

    it('keeps a very recent write of which VS Code has not been notified', async () => {
      const elsewhere = LIST.replace('// more to come', `, { "id": "${id('elsewhere')}" } // more to come`);
      await write(workspaceFile, settings(elsewhere));
      const row = elementsOf([AURORA.id])[0];
      await run('removeServiceProvider', row, [row]);
      await listed(BERLIN.id, id('elsewhere'));
      assert.match(await textOf(workspaceFile), /more to come/);
    });

    it('keeps what two windows add concurrently', async () => {
      const others = Array.from({ length: 4 }, (_, index) => id(`other-${index}`));
      await Promise.all([...others.map((other) => anotherWindow().add(other, '')), add(NEW)]);
      await eventually(() => {
        assert.deepEqual(
          rows()
            .map((row) => row.id)
            .sort(),
          [AURORA.id, BERLIN.id, NEW.id, ...others].sort(),
        );
      });
    });

    it('is not written while its file has unsaved changes, which are kept', async () => {
      const document = await vscode.workspace.openTextDocument(workspaceFile);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(workspaceFile, new vscode.Position(0, 1), ' // being written');
      await vscode.workspace.applyEdit(edit);
      assert.ok(document.isDirty);
      await add(NEW);
      assert.equal(
        lastMessage()?.text,
        'The settings file has unsaved changes. Save it and try again; nothing was changed.',
      );
      assert.ok(document.isDirty);
      assert.equal(await textOf(workspaceFile), settings(LIST));
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    });

    it('is not written while its file has errors', async () => {
      await write(workspaceFile, settings(LIST.replace(/\]$/, '')));
      await eventually(() => {
        assert.equal(rows().length, 2);
      });
      await add(NEW);
      assert.equal(lastMessage()?.text, 'The settings file has errors. Correct it and try again; nothing was changed.');
    });

    it('shows a message if the entry to rename was removed', async () => {
      await answer(
        () => run('renameServiceProvider', { serviceProviderId: BERLIN.id }),
        async (prompt) => {
          await write(workspaceFile, settings(LIST.replace(/ *\{ "id": "[^"]*berlin.*\n/, '').replace('},', '}')));
          await listed(AURORA.id);
          await enter('Bern')(prompt);
        },
      );
      assert.equal(lastMessage()?.text, 'The service provider is no longer in the list. Nothing was changed.');
    });

    it('is opened with the invalid entry selected', async () => {
      const bad = '{ "name": "no ID" }';
      await write(workspaceFile, settings(LIST.replace('// --- Germany ---', `${bad}, // --- Germany ---`)));
      const row = await eventually(() => {
        const found = rows().find(({ label }) => label === 'Entry 2');
        assert.ok(found);
        return found;
      });
      await vscode.commands.executeCommand(row.command ?? '', ...row.arguments);
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.uri.toString(), workspaceFile.toString());
      assert.equal(editor.document.getText(editor.selection), bad);
    });
  });

  describe('in the user settings', () => {
    beforeEach(async () => {
      await configure({ user: [AURORA, BERLIN] });
      await listed(AURORA.id, BERLIN.id);
      vscodeSpy.clearMessages();
    });

    it('loses its comments only if the user confirms', async () => {
      const text = await textOf(userFile());
      const commented = text.replace(`"name": "Aurora"`, `"name": "Aurora" // opened in May`);
      await write(userFile(), commented);
      await add(NEW);
      // VS Code refuses to show dialogs while tests run.
      const dialog = vscodeSpy.messages.find(({ modal }) => modal);
      assert.ok(dialog);
      assert.equal(dialog.text, `This edit removes the comment in the setting ${SETTING}.`);
      assert.match(dialog.detail, /^\/\/ opened in May$/m);
      assert.equal(await textOf(userFile()), commented);
      vscodeSpy.answerNextModal('Edit and Lose Comments');
      await add(NEW);
      assert.deepEqual(listIn('globalValue'), [AURORA, BERLIN, NEW]);
      vscodeSpy.clearMessages();
      await rename(NEW.id, 'Newer');
      assert.deepEqual(vscodeSpy.messages, []);
    });

    it('keeps what two windows add concurrently', async () => {
      const others = Array.from({ length: 3 }, (_, index) => id(`other-${index}`));
      await Promise.all([...others.map((other) => anotherWindow().add(other, '')), add(NEW)]);
      assert.deepEqual(
        (listIn('globalValue') as { id: string }[]).map((entry) => entry.id).sort(),
        [AURORA.id, BERLIN.id, NEW.id, ...others].sort(),
      );
    });

    it('is opened with the invalid entry selected', async () => {
      await configure({ user: [AURORA, { name: 'no ID' }, BERLIN] });
      const row = await eventually(() => {
        const found = rows().find(({ label }) => label === 'Entry 2');
        assert.ok(found);
        return found;
      });
      await vscode.commands.executeCommand(row.command ?? '', ...row.arguments);
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);
      assert.equal(editor.document.getText(editor.selection).replace(/\s+/g, ' '), '{ "name": "no ID" }');
    });
  });
});
