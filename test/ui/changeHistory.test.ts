import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import { aProvider, rowLabels, screenshotOnFailure, row, UiTestEnvironment, webviewFrame } from './uiTestEnvironment';

const AURORA = aProvider('Aurora', SKILL);
const BELVEDERE = aProvider('Belvedere', OTHER_SKILL);
const CASTELLO = aProvider('Castello');

describe('the change history', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('change-history', {
      // Use VS Code's own file dialog, not the browser's.
      settings: { 'window.autoDetectColorScheme': false, 'files.simpleDialog.enable': true },
    });
    workbench = await stage.open({ providers: [AURORA, BELVEDERE, CASTELLO], signedIn: true });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  const page = () => workbench.webview();
  const changes = () =>
    page()
      .getByRole('row')
      .filter({ has: page().locator('.outcome') });
  const said = () => page().locator('.count').innerText();
  const field = () => page().getByRole('searchbox');

  async function remap(name: string, skillId: string): Promise<void> {
    await workbench.contextMenu(row(workbench, name), 'Remap to Skill…');
    await useSkill(`Remap ${name} to Skill`, skillId);
    await workbench.dialog.press('Remap');
  }

  /** Enters a skill ID, and waits for its item, which appears shortly after the input. */
  async function useSkill(title: string, skillId: string): Promise<void> {
    await workbench.quickInput.titled(title);
    await workbench.quickInput.fill(skillId);
    await expect.poll(async () => (await workbench.quickInput.items())[0]).toContain(skillId);
    await workbench.quickInput.accept();
  }

  it('describes its contents before the first change', async () => {
    await expect.poll(async () => (await rowLabels(workbench)).length).toBe(3);
    await workbench.command('Alexa Network Mapping: Show Change History');
    await page().getByRole('heading', { name: 'No changes yet' }).waitFor();
    await workbench.screenshot('history-empty');
  });

  it('shows a new change immediately: service provider, skill, time and outcome', async () => {
    await remap('Aurora', THIRD_SKILL);
    await expect.poll(() => changes().count()).toBe(1);
    await expect.poll(() => changes().first().innerText()).toContain('Succeeded');
    const words = await changes().first().innerText();
    for (const each of ['Aurora', AURORA.serviceProviderId, 'Account: default', 'Remap', SKILL, THIRD_SKILL]) {
      expect(words).toContain(each);
    }
    const request = stage.simulator.control.requests().find(({ operation }) => operation === 'update');
    expect(words).toContain(request?.requestId);
  });

  it('shows why a change failed', async () => {
    stage.simulator.control.addFault({ kind: 'answer', status: 400, operation: 'update' });
    await remap('Belvedere', THIRD_SKILL);
    await workbench.notification('Belvedere was not remapped. The service refused the request.').close();
    await expect.poll(() => said()).toBe('2 changes');
    const newest = changes().first();
    await expect.poll(() => newest.innerText()).toContain('Failed: request refused');
    expect(await newest.innerText()).toContain('400 Bad Request');
    expect(await newest.getByRole('button').count()).toBe(0);
    stage.simulator.control.clearFaults();
  });

  it('finds changes that contain all words', async () => {
    await field().fill('aurora succeeded');
    await expect.poll(said).toBe('1 matching change');
    expect(await changes().first().innerText()).toContain('Aurora');
    await field().fill('aurora failed');
    await expect.poll(said).toMatch(/^No changes match/);
    await field().fill('');
    await expect.poll(said).toBe('2 changes');
  });

  it('opens from the menu of a row, with the changes of that service provider', async () => {
    await workbench.contextMenu(row(workbench, 'Belvedere'), 'Show Change History');
    await expect.poll(() => field().inputValue()).toBe(BELVEDERE.serviceProviderId);
    await expect.poll(said).toBe('1 matching change');
    expect(await workbench.page.locator('.part.editor .tab').allInnerTexts()).toEqual(['Change History']);
  });

  it('is restored with the window, including its search', async () => {
    const savedSearch = new RegExp(`search\\\\*":\\\\*"${BELVEDERE.serviceProviderId}`);
    await expect.poll(() => stage.stored()).toMatch(savedSearch);
    await workbench.reload();
    await expect.poll(() => field().inputValue()).toBe(BELVEDERE.serviceProviderId);
    await expect.poll(said).toBe('1 matching change');
    await field().fill('');
    await expect.poll(said).toBe('2 changes');
  });

  it.each([
    ['CSV', 'csv'],
    ['JSON', 'json'],
  ])('exports the matching changes as %s', async (name, extension) => {
    await field().fill('aurora');
    await expect.poll(said).toBe('1 matching change');
    await page()
      .getByRole('button', { name: `Export as ${name}…` })
      .click();
    await workbench.quickInput.titled('Export Change History');
    // The dialog fills in its proposal shortly after it opens, and accepts no input before it has read the folder.
    await expect.poll(() => workbench.quickInput.input.inputValue()).toContain(`mapping-changes.${extension}`);
    expect(await workbench.quickInput.items()).toContain('..');
    const file = await workbench.quickInput.input.inputValue();
    await workbench.quickInput.accept();
    await page().getByText(`Exported 1 change to mapping-changes.${extension}.`).waitFor();
    const written = stage.recordText(await readFile(file, 'utf8'));
    for (const each of [AURORA.serviceProviderId, SKILL, THIRD_SKILL, 'succeeded']) expect(written).toContain(each);
    expect(written).not.toContain(BELVEDERE.serviceProviderId);
  });

  it('undoes an operation after confirmation, and says so', async () => {
    await field().fill('');
    await page().getByRole('button', { name: 'Undo… Remap: Aurora' }).click();
    await workbench.dialog.press('Undo');
    await expect.poll(() => stage.simulator.control.mappingOf(AURORA.serviceProviderId)).toBe(SKILL);
    await expect.poll(said).toBe('3 changes');
    await expect.poll(() => changes().last().innerText()).toContain('Undone later.');
    expect(await changes().first().innerText()).toContain('Undo');
    expect(await page().getByRole('button', { name: 'Undo… Remap: Aurora' }).count()).toBe(0);
  });

  it('shows a bulk operation as one entry', async () => {
    await row(workbench, 'Aurora').click();
    await row(workbench, 'Belvedere').click({ modifiers: ['Shift'] });
    await workbench.contextMenu(row(workbench, 'Belvedere'), 'Remap to Skill…');
    await useSkill('Remap 2 Service Providers to Skill', THIRD_SKILL);
    await workbench.dialog.press('Remap');
    await page().getByRole('rowheader', { name: 'Remap: 2 service providers' }).waitFor();
    await page().getByRole('button', { name: 'Undo… Remap: 2 service providers' }).waitFor();
    await workbench.screenshot('history-bulk');
  });

  it.each([
    ['Light Modern', 'vscode-light'],
    ['Dark Modern', 'vscode-dark'],
    ['Dark High Contrast', 'vscode-high-contrast'],
    ['Light High Contrast', 'vscode-high-contrast-light'],
  ])('has no accessibility violation in the theme %s', async (theme, bodyClass) => {
    await workbench.command('Preferences: Color Theme');
    await workbench.quickInput.fill(theme);
    await workbench.quickInput.row(theme).click();
    // Check the theme of the page, not only its kind.
    await workbench.webview().locator(`body.${bodyClass}[data-vscode-theme-name="${theme}"]`).waitFor();
    const frame = await webviewFrame(workbench);
    await frame.evaluate(axe.source);
    const { violations, incomplete, passes } = await frame.evaluate<AxeResults>('axe.run()');
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    expect(incomplete.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain('color-contrast');
    await workbench.screenshot(`history-${bodyClass}`);
  });

  it('says what to do if the journal cannot be read, and continues when it can', async () => {
    const folder = path.join(stage.globalStorage, 'journal');
    await rename(folder, `${folder}.away`);
    await writeFile(folder, 'no folder');
    const message = `The change history could not be read (ENOTDIR). There is a file in place of the folder ${folder}. Move the file away, then try again.`;
    await field().fill('undone later');
    await page().getByText(message).waitFor();
    expect(await changes().count()).toBe(0);
    expect(await said()).toBe('');
    await workbench.screenshot('history-unreadable');
    await rm(folder);
    await rename(`${folder}.away`, folder);
    await page().getByRole('button', { name: 'Try Again' }).click();
    await expect.poll(said).toBe('1 matching change');
    await page().getByText(message).waitFor({ state: 'hidden' });
  });

  it('leaves no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
