import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { contributes } from '../../package.json';
import words from '../../package.nls.json';
import type { Workbench } from '../runner/workbench';
import { OTHER_SKILL, SKILL } from '../support/builders';
import { aProvider, list, rowLabels, screenshotOnFailure, UiTestEnvironment } from './uiTestEnvironment';

const AURORA = aProvider('Aurora', SKILL);
const BELVEDERE = aProvider('Belvedere');
const CARLTON = aProvider('Carlton', SKILL);

/** What a user sees of a command that was run in the Command Palette; a page is told by the name of its tab. */
type Reaction = 'prompt' | 'dialog' | { readonly page: string } | { readonly message: string };

/** Every command in the Command Palette, in the order in which they are run: some need what an earlier one did. */
const COMMANDS: Readonly<Record<string, Reaction>> = {
  copyRedirectUri: { message: 'Copied http' },
  signIn: 'prompt',
  addServiceProvider: 'prompt',
  createServiceProvider: 'prompt',
  renameServiceProvider: 'prompt',
  renameAtAmazon: 'prompt',
  removeServiceProvider: 'prompt',
  deleteServiceProvider: 'prompt',
  importServiceProviders: 'prompt',
  exportServiceProviders: 'prompt',
  exportMappings: 'prompt',
  createMapping: 'prompt',
  updateMapping: 'prompt',
  deleteMapping: 'prompt',
  undoLastChange: { message: 'o undo' },
  refreshServiceProvider: 'prompt',
  copyServiceProviderId: 'prompt',
  copySkillId: 'prompt',
  nameSkill: 'prompt',
  showErrorDetails: 'prompt',
  filter: 'prompt',
  openAspConsole: 'prompt',
  compareMappingFile: { message: 'hotels.network-mappings.json: 1' },
  applyMappingFile: 'dialog',
  updateMappingFile: { message: 'hotels.network-mappings.json' },
  showHistory: { page: 'Change History' },
  checkSetup: { page: 'Setup' },
  openDocumentation: { page: 'Extension: Alexa Network Mapping' },
};

/** Those that the list shows the effect of, or that VS Code shows outside of the window, each with its test. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  refresh: 'below',
  groupBySkill: 'below',
  viewAsList: 'below',
  clearFilter: 'below',
  signOut: 'below',
  showLog: 'test/integration/activation.test.ts',
  reportIssue: 'test/unit/editor/commands/links.test.ts',
  stopReading: 'test/integration/longList.test.ts',
};

const titleOf = (command: string) => {
  const title = contributes.commands.find((each) => each.command === `alexaNetworkMapping.${command}`)?.title;
  return words[(title?.slice(1, -1) ?? '') as keyof typeof words];
};

describe('a user without a pointer', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('keyboard-only');
    workbench = await stage.open({
      providers: [AURORA, BELVEDERE, CARLTON],
      files: {
        'hotels.network-mappings.json': JSON.stringify({
          mappings: [{ serviceProviderId: AURORA.serviceProviderId, skillId: OTHER_SKILL }],
        }),
      },
      signedIn: true,
    });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  const press = (key: string) => workbench.page.keyboard.press(key);
  const prompt = () => workbench.page.locator('.quick-input-widget:visible');

  /** Runs a command of the extension, or of VS Code by its whole name, with keys only. */
  async function run(name: string): Promise<void> {
    await vi.waitFor(async () => {
      await press('Escape');
      await press('F1');
      await prompt().waitFor({ timeout: 2_000 });
      await workbench.page.keyboard.insertText(name);
      await prompt()
        .locator('.monaco-list-row.focused')
        .getByText(name, { exact: true })
        .first()
        .waitFor({ timeout: 2_000 });
    }, 30_000);
    await press('Enter');
    await expect
      .poll(() => prompt().locator('.quick-input-list .focused').getByText(name, { exact: true }).count())
      .toBe(0);
  }
  const runOwn = (command: string) => run(`Alexa Network Mapping: ${titleOf(command)}`);

  it('finds every command in the tables of this test', () => {
    const all = contributes.commands.map(({ command }) => command.replace('alexaNetworkMapping.', ''));
    expect([...Object.keys(COMMANDS), ...Object.keys(ELSEWHERE)].sort()).toEqual(all.sort());
    const tests = Object.values(ELSEWHERE).filter((test) => test !== 'below');
    for (const test of tests) expect(existsSync(path.join(import.meta.dirname, '../..', test)), test).toBe(true);
  });

  it('remaps from the menu of a row', async () => {
    await expect.poll(() => rowLabels(workbench)).toContain('Belvedere, not mapped');
    await run('View: Show Alexa Network Mapping');
    await list(workbench).focus();
    for (const key of ['Home', 'Shift+F10']) await press(key);
    await workbench.page.getByRole('menuitem', { name: 'Remap to Skill…' }).waitFor();
    const item = workbench.page.locator('.monaco-menu .action-item.focused');
    await vi.waitFor(async () => {
      await press('ArrowDown');
      expect(await item.innerText()).toContain('Remap to Skill…');
    }, 10_000);
    await press('Enter');
    await workbench.quickInput.titled('Remap');
    await workbench.page.keyboard.insertText(OTHER_SKILL);
    await press('Enter');
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await press('Enter');
    await expect.poll(() => rowLabels(workbench)).toContain(`Aurora, mapped to ${OTHER_SKILL}`);
    await run('Notifications: Clear All Notifications');
  });

  it('undoes that in the dialog, whose button has the focus', async () => {
    await runOwn('undoLastChange');
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await press('Enter');
    await expect.poll(() => rowLabels(workbench)).toContain(`Aurora, mapped to ${SKILL}`);
    await run('Notifications: Clear All Notifications');
  });

  it('groups, filters, shows all and refreshes', async () => {
    await runOwn('groupBySkill');
    await expect.poll(() => rowLabels(workbench)).toContain('Not mapped, 1 service provider');
    await runOwn('viewAsList');
    await expect.poll(() => rowLabels(workbench)).toHaveLength(3);
    await runOwn('filter');
    await workbench.page.keyboard.insertText('Carl');
    await press('Enter');
    await expect.poll(() => rowLabels(workbench)).toEqual([`Carlton, mapped to ${SKILL}`]);
    await runOwn('clearFilter');
    await expect.poll(() => rowLabels(workbench)).toHaveLength(3);
    const { control } = stage.simulator;
    control.addFault({ operation: 'get', serviceProviderId: CARLTON.serviceProviderId, kind: 'answer', status: 403 });
    await runOwn('refresh');
    await expect.poll(() => rowLabels(workbench)).toContain('Carlton, could not be read: not allowed');
    await press('Escape');
    await run('Notifications: Clear All Notifications');
  });

  it('opens a mapping file', async () => {
    for (const key of ['Escape', 'F1', 'Control+A']) await press(key);
    await workbench.page.keyboard.insertText('hotels.network-mappings.json');
    await workbench.quickInput.row('hotels.network-mappings.json').waitFor();
    await press('Enter');
    await workbench.page.locator('.tab.active').getByText('hotels.network-mappings.json').waitFor();
  });

  it.each(Object.entries(COMMANDS))('runs %s in the Command Palette', async (command, reaction) => {
    await runOwn(command);
    if (reaction === 'prompt') {
      await prompt().waitFor();
      await press('Escape');
      await prompt().waitFor({ state: 'hidden' });
    } else if (reaction === 'dialog') {
      const dialog = workbench.page.locator('.monaco-dialog-box');
      await dialog.waitFor();
      await press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    } else if ('page' in reaction) {
      await workbench.page.locator('.tab.active').getByText(reaction.page).waitFor();
    } else {
      await workbench.notification(reaction.message).toast.waitFor();
      await run('Notifications: Clear All Notifications');
    }
  });

  it('signs out', async () => {
    await runOwn('signOut');
    await expect.poll(() => rowLabels(workbench)).toContain('Belvedere, signed out');
  });

  it('leaves no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
