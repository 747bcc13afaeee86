import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { SKILL } from '../support/builders';
import { eventually } from './support/eventually';
import { run } from './support/extension';
import { useListed } from './support/listed';
import { accept, answer, look } from './support/prompts';
import { expectSpoken } from './support/rows';
import { CLINIC, HARBOUR, HOTEL } from './support/service';

describe('the files of a skill project', () => {
  const service = useListed([HOTEL, HARBOUR, CLINIC]);
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const open = async (file: string, content: unknown) => {
    const uri = vscode.Uri.joinPath(folder.uri, 'skills', file);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(JSON.stringify(content)));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    return document;
  };
  const lensesOf = async ({ uri }: vscode.TextDocument) =>
    (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri)).flatMap(
      ({ command }) => command ?? [],
    );
  const click = async ({ command, arguments: args = [] }: vscode.Command) => {
    await vscode.commands.executeCommand(command, ...(args as unknown[]));
  };
  const states = { profiles: { default: { skillId: SKILL } } };

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder.uri, 'skills'), { recursive: true });
  });

  it('show how many service providers a skill handles, and lead to them', async () => {
    const document = await open('calling/.ask/ask-states.json', states);
    await eventually(async () => {
      const [use] = await lensesOf(document);
      assert.match(use?.title ?? '', /^Handles 1 service provider · as of /);
    });
    const [use] = await lensesOf(document);
    assert.ok(use);
    await click(use);
    await expectSpoken(`Hotel Aurora, mapped to ${SKILL}`);
    await run('clearFilter');
  });

  it('map a service provider to the skill, also of a manifest', async () => {
    await open('calling/.ask/ask-states.json', states);
    const manifest = await open('calling/skill-package/skill.json', { manifest: { permissions: [] } });
    let map: vscode.Command | undefined;
    await eventually(async () => {
      [, map] = await lensesOf(manifest);
      assert.equal(map?.title, 'Map…');
    });
    await answer(
      () => click(map ?? assert.fail()),
      look(({ items }) => {
        assert.deepEqual(
          items.map(({ label }) => label),
          ['Clinic'],
        );
      }),
      accept,
    );
    await eventually(() => {
      assert.equal(service.truth[CLINIC.id], SKILL);
    });
    await eventually(async () => {
      assert.match((await lensesOf(manifest))[0]?.title ?? '', /^Handles 2 service providers · /);
    });
  });

  it('say where the permission to handle calls is missing, as they are edited', async () => {
    const manifest = await open('calling/skill-package/skill.json', { manifest: { permissions: [] } });
    const hints = () =>
      vscode.languages.getDiagnostics(manifest.uri).map(({ severity, range }) => [severity, manifest.getText(range)]);
    await eventually(() => {
      assert.deepEqual(hints(), [[vscode.DiagnosticSeverity.Information, '"permissions"']]);
    });
    const edit = new vscode.WorkspaceEdit();
    const place = manifest.positionAt(manifest.getText().indexOf(']'));
    edit.insert(manifest.uri, place, '{ "name": "amazon_communication::calling" }');
    await vscode.workspace.applyEdit(edit);
    await eventually(() => {
      assert.deepEqual(hints(), []);
    });
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });
});
