import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { OTHER_SKILL, SKILL } from '../support/builders';
import { eventually } from './support/eventually';
import { run } from './support/extension';
import { useListed } from './support/listed';
import { answer, enter, leave, look } from './support/prompts';
import { elementsOf, expectSpoken, row } from './support/rows';
import { CLINIC, HARBOUR, HOTEL } from './support/service';
import { setSetting, withUserSetting } from './support/settings';

const { Global } = vscode.ConfigurationTarget;

/**
 * Creates a folder and those that it is in, one after the other. On Linux, VS Code never watches a folder that was
 * created together with the folder it is in: https://github.com/microsoft/vscode/issues/142694
 */
async function createWatched(root: vscode.Uri, folder: vscode.Uri): Promise<void> {
  if (folder.path === root.path || (await exists(folder))) return;
  await createWatched(root, vscode.Uri.joinPath(folder, '..'));
  const watcher = vscode.workspace.createFileSystemWatcher('**', false, true, true);
  try {
    let isWatched = false;
    watcher.onDidCreate(({ path }) => {
      isWatched ||= path === folder.path;
    });
    await vscode.workspace.fs.createDirectory(folder);
    await eventually(() => {
      assert.ok(isWatched, `VS Code does not tell that ${folder.path} was created.`);
    });
  } finally {
    watcher.dispose();
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

describe('the names of skills', () => {
  useListed([HOTEL, HARBOUR, CLINIC]);
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const project = vscode.Uri.joinPath(folder.uri, 'skills/calling');
  const writeFile = (uri: vscode.Uri, content: unknown) =>
    vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(JSON.stringify(content)));
  const write = async (file: string, content: unknown) => {
    const uri = vscode.Uri.joinPath(project, file);
    await createWatched(folder.uri, vscode.Uri.joinPath(uri, '..'));
    await writeFile(uri, content);
  };
  const remove = (uri: vscode.Uri) => vscode.workspace.fs.delete(uri, { recursive: true });
  const states = (skillId: string) => ({ profiles: { default: { skillId } } });
  const manifest = (name: string) => ({
    manifest: { publishingInformation: { locales: { 'en-US': { name } } } },
  });
  const hotelShows = (description: string) =>
    eventually(() => {
      assert.equal(row(HOTEL.id).description, description);
    });

  after(async () => {
    await setSetting('skills', undefined, Global);
  });

  it('are those of the manifests in the workspace, as they are now', async () => {
    const unnamed = row(HOTEL.id).description;
    await write('.ask/ask-states.json', states(SKILL));
    await write('skill-package/skill.json', manifest('Guest Calling'));
    await expectSpoken(
      `Hotel Aurora, mapped to Guest Calling (${SKILL})`,
      `Harbour House, mapped to ${OTHER_SKILL}`,
      'Clinic, not mapped',
    );
    await hotelShows('Guest Calling');
    await write('skill-package/skill.json', manifest('Guest Calling 2'));
    await hotelShows('Guest Calling 2');
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(project, 'skill-package/skill.json'));
    const edit = new vscode.WorkspaceEdit();
    const start = document.getText().indexOf('Guest Calling 2');
    edit.replace(
      document.uri,
      new vscode.Range(document.positionAt(start), document.positionAt(start + 'Guest Calling 2'.length)),
      'Guest Calling 3',
    );
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await hotelShows('Guest Calling 3');
    await remove(vscode.Uri.joinPath(folder.uri, 'skills'));
    await hotelShows(unnamed);
  });

  it('are not those of packages that are installed', async () => {
    const installed = vscode.Uri.joinPath(folder.uri, 'node_modules/calling');
    await writeFile(vscode.Uri.joinPath(installed, '.ask/ask-states.json'), states(SKILL));
    await writeFile(vscode.Uri.joinPath(installed, 'skill-package/skill.json'), manifest('Installed'));
    const unnamed = row(HARBOUR.id).description;
    const harbourShows = (description: string) =>
      eventually(() => {
        assert.equal(row(HARBOUR.id).description, description);
      });
    await write('.ask/ask-states.json', states(OTHER_SKILL));
    await write('skill-package/skill.json', manifest('Concierge'));
    await harbourShows('Concierge');
    assert.doesNotMatch(row(HOTEL.id).description, /Installed/);
    await remove(vscode.Uri.joinPath(folder.uri, 'node_modules'));
    await remove(vscode.Uri.joinPath(folder.uri, 'skills'));
    await harbourShows(unnamed);
  });

  it('are first those of the setting, which the command writes', async () => {
    const [element] = elementsOf([HOTEL.id]);
    await answer(() => run('nameSkill', element), enter('Room Calls'));
    await hotelShows('Room Calls');
    assert.deepEqual(vscode.workspace.getConfiguration('alexaNetworkMapping').get('skills'), [
      { id: SKILL, name: 'Room Calls' },
    ]);
    await answer(() => run('nameSkill', { skillId: SKILL }), enter(''));
    assert.deepEqual(vscode.workspace.getConfiguration('alexaNetworkMapping').get('skills'), []);
  });

  it('can be given in the pick of a skill, which then shows them', async () => {
    await setSetting('skills', undefined, Global);
    await answer(
      () => run('createMapping', { serviceProviderId: CLINIC.id }),
      look((prompt) => {
        prompt.pressBeside(OTHER_SKILL, 'Name Skill…');
      }),
      enter('Concierge'),
      look(({ items }) => {
        const named = items.find(({ label }) => label === 'Concierge');
        assert.deepEqual([named?.description, named?.detail], [OTHER_SKILL, 'handles Harbour House']);
      }),
      leave,
    );
    await setSetting('skills', undefined, Global);
  });

  it('name groups, which are ordered by them, and the items of the pick of a skill', async () => {
    const names = [
      { id: SKILL, name: 'Z' },
      { id: OTHER_SKILL, name: 'A' },
    ];
    await withUserSetting('skills', names, async () => {
      await run('groupBySkill');
      await expectSpoken(
        `A (${OTHER_SKILL}), 1 service provider`,
        `Z (${SKILL}), 1 service provider`,
        'Not mapped, 1 service provider',
      );
      await run('viewAsList');
      await answer(
        () => run('createMapping', { serviceProviderId: CLINIC.id }),
        look(({ items }) => {
          // Those that were used recently follow.
          assert.deepEqual(
            items.slice(0, 2).map(({ label, description, detail }) => [label, description, detail]),
            [
              ['Z', SKILL, 'handles Hotel Aurora'],
              ['A', OTHER_SKILL, 'handles Harbour House'],
            ],
          );
        }),
        leave,
      );
    });
  });
});
