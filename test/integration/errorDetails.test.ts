import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { aFailure } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { extension, run, signIn } from './support/extension';
import { elementsOf } from './support/rows';
import { CLINIC, HARBOUR, HOTEL, useService } from './support/service';
import { configure } from './support/settings';

const VIEW_TYPE = 'alexaNetworkMapping.errorDetails';

/** The titles of the panel's tabs. */
function panels(): string[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(VIEW_TYPE))
    .map(({ label }) => label);
}

async function expectPanels(...titles: string[]): Promise<void> {
  await eventually(() => {
    assert.deepEqual(panels(), titles);
  });
}

describe('the error details', () => {
  const service = useService();

  before(async () => {
    await configure({ user: [HOTEL, HARBOUR, CLINIC] });
    await signIn(service.accessToken);
  });
  after(() => configure({}));
  beforeEach(async () => {
    service.control.reset();
    for (const { id } of [HOTEL, HARBOUR]) {
      service.control.addFault({ operation: 'get', serviceProviderId: id, kind: 'answer', status: 403 });
    }
    await run('refresh');
    vscodeSpy.clearMessages();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await expectPanels();
  });

  it('are one panel, which shows the last requested failure', async () => {
    await run('showErrorDetails', { serviceProviderId: HOTEL.id });
    await expectPanels('Error: Hotel Aurora');
    await run('showErrorDetails', { serviceProviderId: HARBOUR.id });
    await expectPanels('Error: Harbour House');
    await run('showErrorDetails', { serviceProviderId: HARBOUR.id });
    await expectPanels('Error: Harbour House');
  });

  it('are opened by Enter on a single row that has failed, which a context key shows', async () => {
    const { view } = vscodeSpy.createdView(vscodeSpy.VIEW);
    const selects = async (id: string, selected: string) => {
      await view.reveal(elementsOf([id])[0], { select: true });
      await eventually(() => {
        assert.equal(vscodeSpy.context.get('alexaNetworkMapping.selected'), selected);
      });
    };
    await selects(CLINIC.id, 'other');
    await selects(HARBOUR.id, 'failed');
    // What the keybinding does.
    await vscode.commands.executeCommand('alexaNetworkMapping.showErrorDetails', 'selection');
    await expectPanels('Error: Harbour House');
    service.control.clearFaults();
    await run('refresh');
    await eventually(() => {
      assert.equal(vscodeSpy.context.get('alexaNetworkMapping.selected'), 'other');
    });
  });

  it('reopen after they were closed', async () => {
    await run('showErrorDetails', { serviceProviderId: HOTEL.id });
    await expectPanels('Error: Hotel Aurora');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await expectPanels();
    await run('showErrorDetails', { serviceProviderId: HOTEL.id });
    await expectPanels('Error: Hotel Aurora');
  });

  it('say that there is nothing to show if nothing failed', async () => {
    await run('showErrorDetails', { serviceProviderId: CLINIC.id });
    assert.deepEqual(panels(), []);
    assert.deepEqual(
      vscodeSpy.messages.map(({ text }) => text),
      ['The last request of this service provider did not fail.'],
    );
  });

  it('are for a single service provider', async () => {
    await run('showErrorDetails', { serviceProviderId: [HOTEL.id, HARBOUR.id] });
    assert.deepEqual(panels(), []);
    assert.deepEqual(
      vscodeSpy.messages.map(({ text }) => text),
      ['You can show the error details of only one service provider at a time.'],
    );
  });

  it('are restored with the window: a serializer is registered and activates the extension', () => {
    assert.deepEqual([...vscodeSpy.serializers.keys()], [VIEW_TYPE, 'alexaNetworkMapping.changeHistory']);
    const { activationEvents } = extension.packageJSON as { activationEvents: string[] };
    assert.ok(activationEvents.includes(`onWebviewPanel:${VIEW_TYPE}`));
  });

  describe('that VS Code restores after a reload', () => {
    /** Does what VS Code does when such a tab becomes visible. */
    async function restore(state: unknown): Promise<{ panel: vscode.WebviewPanel; isClosed: () => boolean }> {
      const panel = vscode.window.createWebviewPanel(VIEW_TYPE, 'kept', vscode.ViewColumn.Active);
      let closed = false;
      panel.onDidDispose(() => {
        closed = true;
      });
      await vscodeSpy.serializers.get(VIEW_TYPE)?.deserializeWebviewPanel(panel, state);
      return { panel, isClosed: () => closed };
    }
    const failure = aFailure('forbidden', { serviceProviderId: HOTEL.id });

    it('are shown again, in a panel that is reused from then on', async () => {
      const { isClosed } = await restore({ failure, providerName: 'Kept Hotel' });
      await expectPanels('Error: Kept Hotel');
      await run('showErrorDetails', { serviceProviderId: HARBOUR.id });
      await expectPanels('Error: Harbour House');
      assert.equal(isClosed(), false);
    });

    it('do not become a second panel', async () => {
      await run('showErrorDetails', { serviceProviderId: HARBOUR.id });
      await expectPanels('Error: Harbour House');
      const { isClosed } = await restore({ failure, providerName: 'Kept Hotel' });
      assert.equal(isClosed(), true);
      await expectPanels('Error: Harbour House');
    });

    for (const state of [undefined, 'text', { failure: {}, providerName: 'Kept Hotel' }]) {
      it(`are closed if their state is invalid: ${JSON.stringify(state)}`, async () => {
        const { isClosed } = await restore(state);
        assert.equal(isClosed(), true);
        await expectPanels();
      });
    }

    it('load resources only from the media folder, and run scripts only with a nonce', async () => {
      const { panel } = await restore({ failure, providerName: '<b>Kept</b>' });
      const { options, html } = panel.webview;
      assert.deepEqual(
        options.localResourceRoots?.map(({ path }) => path),
        [vscode.Uri.joinPath(extension.extensionUri, 'media').path],
      );
      assert.match(html, /default-src (&#39;|')none\1/);
      assert.doesNotMatch(html, /unsafe-inline|unsafe-eval/);
      assert.doesNotMatch(html, /<b>Kept/);
    });
  });
});
