import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { extension, extensionContext, run, wasActiveAtStart } from './support/extension';

describe('activation', () => {
  it('does not happen when the window starts', () => {
    assert.equal(wasActiveAtStart, false);
    assert.equal(extension.isActive, false);
  });

  it('happens when the view is opened', async () => {
    await vscode.commands.executeCommand('workbench.view.extension.alexaNetworkMapping');
    await eventually(() => {
      assert.ok(extension.isActive);
    });
    assert.equal(extensionContext().extension.id, extension.id);
  });

  it('exports nothing to other extensions', () => {
    assert.equal(extension.exports, undefined);
  });

  it('begins the log, which can be shown at once', async () => {
    await run('showLog');
    await eventually(() => {
      const texts = vscode.window.visibleTextEditors
        .filter(({ document }) => document.uri.scheme === 'output')
        .map(({ document }) => document.getText());
      assert.match(
        texts.join('\n'),
        /\[info\] version \d+\.\d+\.\d+ started in .+ \d+\.\d+\.\d+ \((desktop|web)(, [a-z-]+)?\), API endpoint https:\/\/api\.amazonalexa\.com$/m,
      );
    });
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  it('completes no step of the walkthrough before an account is signed in', async () => {
    await eventually(() => {
      assert.equal(vscodeSpy.context.get('alexaNetworkMapping.connection'), 'signedOut');
    });
    assert.ok(!vscodeSpy.contextValues.get('alexaNetworkMapping.connection')?.has('ok'));
    assert.deepEqual(vscodeSpy.contextValues.get('alexaNetworkMapping.providers'), new Set(['none']));
    assert.equal(vscodeSpy.contextValues.get('alexaNetworkMapping.mapped'), undefined);
  });

  it('shows no message', () => {
    assert.deepEqual(vscodeSpy.messages, []);
  });
});
