import axe, { type AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { OTHER_SKILL, SKILL } from '../support/builders';
import { aProvider, rowLabels, screenshotOnFailure, row, UiTestEnvironment, webviewFrame } from './uiTestEnvironment';

const AURORA = aProvider('Aurora', SKILL);
const BELVEDERE = aProvider('Belvedere', OTHER_SKILL);
const AS_SEEDED = [`Aurora, mapped to ${SKILL}`, `Belvedere, mapped to ${OTHER_SKILL}`];

describe('the error details', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('error-details', { settings: { 'window.autoDetectColorScheme': false } });
    workbench = await stage.open({ providers: [AURORA, BELVEDERE], signedIn: true });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  const control = () => stage.simulator.control;
  const heading = (name: string) => workbench.webview().getByRole('heading', { name, level: 1 });
  const section = (name: string) => workbench.webview().getByRole('region', { name });
  const press = (name: string) => workbench.webview().getByRole('button', { name, exact: true }).click();
  const announced = (text: string) => workbench.webview().getByRole('status').filter({ hasText: text }).waitFor();
  const tabs = () => workbench.page.locator('.part.editor .tab').allInnerTexts();

  it('open from the menu of a row, and show what happened and what support needs', async () => {
    await expect.poll(() => rowLabels(workbench)).toEqual(AS_SEEDED);
    control().addFault({ kind: 'answer', status: 400, message: 'No such skill.', operation: 'update' });
    await workbench.contextMenu(row(workbench, 'Aurora'), 'Remap to Skill…');
    await workbench.quickInput.pick('Remap Aurora to Skill', OTHER_SKILL);
    await workbench.dialog.press('Remap');
    await workbench.notification('Aurora was not remapped. The service refused the request.').close();
    await workbench.contextMenu(row(workbench, 'Aurora'), 'Show Error Details');
    await heading('The service refused the request').waitFor();
    expect(await tabs()).toEqual(['Error: Aurora']);

    const request = control()
      .requests()
      .find(({ operation }) => operation === 'update');
    const support = await section('For support').innerText();
    expect(support).toContain('400 Bad Request');
    expect(support).toContain(request?.requestId);
    expect(support).toMatch(/PUT\s+\/v1\/communications/);
    expect(await section('For support').getByRole('blockquote').innerText()).toMatch(
      /Type\s+BAD_REQUEST\s+Message\s+No such skill\./,
    );
    expect(support).toContain("For debugging only. Don't share it with customers.");
    expect(await section('Request').innerText()).toMatch(/Effect\s+Checked .+: still mapped to /);
    expect(await section('Attempts').getByRole('row').count()).toBe(2);
    expect(await section('Next steps').getByRole('link').count()).toBeGreaterThan(0);
    stage.recordText(await (await webviewFrame(workbench)).content());
    await workbench.screenshot('details-write-refused');
  });

  it('also open from a message, in the existing panel', async () => {
    control().addFault({ name: 'forbidden', operation: 'get', serviceProviderId: BELVEDERE.serviceProviderId });
    await workbench.contextMenu(row(workbench, 'Belvedere'), 'Refresh Service Provider');
    await workbench
      .notification('The mapping of Belvedere could not be read. The service does not allow this request.')
      .press('Show Details');
    await heading('The service does not allow this request').waitFor();
    expect(await tabs()).toEqual(['Error: Belvedere']);
  });

  it('have a report to copy, and a shell command that reads the token from a variable', async () => {
    await press('Copy Report');
    await announced('Report copied.');
    const request = control()
      .requests()
      .findLast(({ status }) => status === 403);
    const report = await stage.clipboard(workbench);
    expect(report).toContain('# The service does not allow this request');
    expect(report).toContain(request?.requestId);

    await press('Copy as cURL');
    await announced('Command copied.');
    const command = await stage.clipboard(workbench);
    expect(command).toContain("--request 'GET'");
    expect(command).toContain('"Authorization: Bearer $LWA_ACCESS_TOKEN"');
    expect(command).toContain(
      `${stage.simulator.url}/v1/communications/serviceProviders/${BELVEDERE.serviceProviderId}/network`,
    );
  });

  it('show the log, with a line for each request and no header with the token', async () => {
    await press('Show Log');
    const line = `GET /v1/communications/serviceProviders/${BELVEDERE.serviceProviderId}/network 403`;
    const log = workbench.page.locator('.part.panel .view-lines');
    const dense = (text: string) => text.replace(/\s/g, ''); // long lines are wrapped
    await expect.poll(async () => dense(await log.innerText())).toContain(dense(line));
    await workbench.screenshot('details-log');
    await workbench.command('View: Hide Panel');
  });

  it('retry the request, and say so', async () => {
    control().clearFaults();
    await press('Try Again');
    await announced('Trying again.');
    await expect.poll(() => rowLabels(workbench)).toEqual(AS_SEEDED);
  });

  it('show text of the service as plain text', async () => {
    control().addFault({ kind: 'answer', status: 403, body: 'hostile', operation: 'get' });
    await workbench.contextMenu(row(workbench, 'Belvedere'), 'Refresh Service Provider');
    await workbench
      .notification('The mapping of Belvedere could not be read. The service does not allow this request.')
      .press('Show Details');
    await expect.poll(() => section('For support').innerText()).toContain('<');
    const frame = await webviewFrame(workbench);
    expect(await frame.locator('main :is(script, img, iframe, style, object)').count()).toBe(0);
    for (const control of ['\u001b', '\u202e']) expect(await frame.content()).not.toContain(control);
    await workbench.screenshot('details-hostile');
  });

  it('are restored with the window, and remain one panel', async () => {
    const request = control()
      .requests()
      .findLast(({ status }) => status === 403);
    await expect.poll(async () => (await stage.stored()).includes(request?.requestId ?? 'none')).toBe(true);
    await workbench.reload();
    await heading('The service does not allow this request').waitFor();
    await expect.poll(() => rowLabels(workbench)).toContain('Aurora, could not be read: not allowed');
    await workbench.contextMenu(row(workbench, 'Aurora'), 'Show Error Details');
    await expect.poll(tabs).toEqual(['Error: Aurora']);
    await heading('The service does not allow this request').waitFor();
  });

  it.each([
    ['Light Modern', 'vscode-light'],
    ['Dark Modern', 'vscode-dark'],
    ['Dark High Contrast', 'vscode-high-contrast'],
    ['Light High Contrast', 'vscode-high-contrast-light'],
  ])('have no accessibility violation in the theme %s', async (theme, bodyClass) => {
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
    await workbench.screenshot(`details-${bodyClass}`);
  });

  it('leave no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
