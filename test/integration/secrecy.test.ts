import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import * as vscodeSpy from './support/vscodeSpy';
import { secretsInAddresses } from './support/browser';
import { extensionContext } from './support/extension';
import { prompts } from './support/quickInputs';
import { secretsIn } from './support/secrets';

/** The tests before this one have signed in, renewed and failed in every way; this checks what they have left behind. */
describe('nothing secret is', () => {
  it('overlooked by these tests', () => {
    assert.ok(secretsInAddresses.size > 20);
    const [secret = ''] = secretsInAddresses;
    assert.deepEqual(secretsIn(`before Atza|0123456789-_x after ${secret}`), ['Atza|0123456789-_x', secret]);
    assert.deepEqual(secretsIn('Atza|… Atzr|… amzn1.oa2-cs.v1.…'), []);
  });

  it('in a message', () => {
    assert.ok(vscodeSpy.allMessages.length > 50);
    assert.deepEqual(secretsIn(JSON.stringify(vscodeSpy.allMessages)), []);
  });

  it('in a prompt', () => {
    const said = prompts.map(({ title, items, box }) => [
      title,
      items.map(({ label, description, detail }) => [label, description, detail]),
      [box?.prompt, box?.placeholder, box?.validationMessage],
    ]);
    assert.ok(said.length > 100);
    assert.deepEqual(secretsIn(JSON.stringify(said)), []);
  });

  it('in a context key', () => {
    const contexts = [...vscodeSpy.contextValues].map(([key, values]) => [key, ...values]);
    assert.ok(contexts.length > 0);
    assert.deepEqual(secretsIn(JSON.stringify(contexts)), []);
  });

  it('in a URL that was opened, except the state, which is valid for one response', () => {
    const parameters = new Set(vscodeSpy.opened.flatMap((address) => [...new URL(address).searchParams.keys()]));
    assert.deepEqual(
      [...parameters].sort(),
      [
        'client_id',
        'code_challenge',
        'code_challenge_method',
        'redirect_uri',
        'response_type',
        'scope',
        'state',
      ].sort(),
    );
    assert.doesNotMatch(vscodeSpy.opened.join('\n'), /Atz[ar]|oa2-cs/);
  });

  it('in the state that VS Code stores for the extension', () => {
    const { globalState, workspaceState } = extensionContext();
    const kept = [globalState, workspaceState].map((state) => state.keys().map((key) => [key, state.get(key)]));
    assert.ok(kept.flat().length > 0);
    assert.deepEqual(secretsIn(JSON.stringify(kept)), []);
  });

  it('in the settings', () => {
    const configuration = vscode.workspace.getConfiguration('alexaNetworkMapping');
    assert.deepEqual(secretsIn(JSON.stringify(configuration)), []);
  });

  it('in a file of the extension', async () => {
    const { globalStorageUri, storageUri, logUri } = extensionContext();
    let read = 0;
    for (const folder of [globalStorageUri, storageUri, logUri]) {
      const entries = await readdir(folder?.fsPath ?? '', { recursive: true, withFileTypes: true }).catch(() => []);
      for (const entry of entries.filter((each) => each.isFile())) {
        const file = path.join(entry.parentPath, entry.name);
        assert.deepEqual(secretsIn(`${file}\n${await readFile(file, 'utf8')}`), [], file);
        read++;
      }
    }
    assert.ok(read > 0);
  });
});
