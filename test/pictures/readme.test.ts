import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { demoProviders, demoSkills, type ProviderInput } from '../simulator/seed';
import { aProvider, listPane, row, screenshotOnFailure, UiTestEnvironment } from '../ui/uiTestEnvironment';
import { MovingPicture } from './movingPicture';

const FOLDER = path.join(import.meta.dirname, '../../media/readme');

const WINDOW = { width: 760, height: 480 };
const STATUS_BAR_HEIGHT = 32;
const SHOWN = { x: 0, y: 0, width: WINDOW.width, height: WINDOW.height - STATUS_BAR_HEIGHT };

/** Wide enough for names and skills. */
const SIDE_BAR_WIDTH = 420;

const SKILLS = [
  { id: demoSkills.guestCalling, name: 'Guest Calling' },
  { id: demoSkills.conciergePreview, name: 'Concierge Preview' },
  { id: demoSkills.nurseCall, name: 'Nurse Call' },
  { id: demoSkills.familyCalls, name: 'Family Calls' },
];

const CITIES = [
  ...['Austin', 'Boston', 'Chicago', 'Dallas', 'Denver', 'Edinburgh', 'Florence', 'Hamburg', 'Houston', 'Leeds'],
  ...['London', 'Lyon', 'Madrid', 'Miami', 'Milan', 'Munich', 'Nice', 'Paris', 'Portland', 'Rome'],
  ...['San Diego', 'Seattle', 'Seville', 'Tampa', 'Turin', 'Valencia', 'Venice', 'Vienna', 'Washington', 'York'],
];
const HOTELS = ['Grand Meridian', 'Meridian Express', 'Meridian Resort', 'Meridian Suites'].flatMap((brand) =>
  CITIES.map((city) => aProvider(`${brand} ${city}`, demoSkills.conciergePreview)),
);

describe('the pictures of the README', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('pictures', {
      settings: {
        'alexaNetworkMapping.skills': SKILLS,
        // Only what the pictures are about.
        'workbench.hover.delay': 100_000,
        'workbench.tips.enabled': false,
        'window.commandCenter': false,
        'workbench.layoutControl.enabled': false,
      },
    });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  /** Opens a small window with these service providers, once all are read. */
  async function open(providers: readonly ProviderInput[]): Promise<Page> {
    workbench = await stage.open({ providers, signedIn: true });
    const { page } = workbench;
    await page.setViewportSize(WINDOW);
    await page.addStyleTag({
      content: '.editor-group-letterpress, .editor-group-watermark { display: none !important }',
    });
    const edge = await page.locator('.monaco-sash.vertical:not(.disabled)').first().boundingBox();
    if (!edge) throw new Error('the side bar has no edge');
    await page.mouse.move(edge.x + edge.width / 2, 300);
    await page.mouse.down();
    await page.mouse.move(SIDE_BAR_WIDTH, 300);
    await page.mouse.up();
    await page.mouse.move(WINDOW.width - 50, 450);
    await listPane(workbench).getByText('Updated just now').waitFor();
    return page;
  }

  /** Removes a line from the open dialog that users of Amazon's own endpoint do not see. */
  async function hideEndpoint(): Promise<void> {
    await workbench.dialog.buttons();
    await workbench.page
      .locator('.monaco-dialog-box .dialog-message-detail')
      .evaluate((detail: { innerText: string }) => {
        detail.innerText = detail.innerText.replace(/API endpoint: .*\n+/, '');
      });
  }

  const dialogButton = (name: string) =>
    workbench.page.locator('.monaco-dialog-box').getByRole('button', { name, exact: true });

  it('first mapping', async () => {
    const page = await open(demoProviders.slice(0, 12));
    await row(workbench, 'Grand Meridian Paris').click({ button: 'right', position: { x: 200, y: 11 } });
    await workbench.menuItem('Map to Skill…').hover();
    await page.screenshot({
      path: path.join(FOLDER, 'map.png'),
      clip: { ...SHOWN, height: 360 },
      animations: 'disabled',
    });
  });

  it('remap', async () => {
    const page = await open(demoProviders.slice(0, 12));
    const picture = new MovingPicture(page, SHOWN);
    await picture.say('The skill that handles the calls of each service provider');
    await picture.show(2_500);
    await picture.say('Right-click a service provider and select Remap to Skill…');
    const roma = row(workbench, 'Grand Meridian Roma');
    await picture.click(roma, { at: { x: 160, y: 11 }, button: 'right' });
    await picture.choose(workbench.menuItem('Remap to Skill…'));
    await workbench.quickInput.titled('Remap Grand Meridian Roma to Skill');
    await picture.say('Select the new skill');
    await picture.show(1_500);
    await picture.click(workbench.quickInput.row('Guest Calling'), { at: { x: 200, y: 11 } });
    await hideEndpoint();
    await picture.say('Confirm the change from the current to the new skill');
    await picture.show(2_500);
    await picture.click(dialogButton('Remap'));
    await roma.filter({ hasText: 'Guest Calling' }).waitFor();
    await picture.say('The row shows the new mapping');
    await picture.show(3_500);
    await picture.write(path.join(FOLDER, 'remap.gif'));
  });

  it('bulk change', async () => {
    const page = await open(HOTELS);
    const { quickInput } = workbench;
    const { control } = stage.simulator;
    // Slow enough to be watched.
    control.addFault({ name: 'slow', operation: 'write', delayMs: 2_000 });
    const changed = () => control.requests().filter(({ method, status }) => method !== 'GET' && status === 200).length;
    const picture = new MovingPicture(page, SHOWN);
    await picture.say('120 hotels need another skill: select them all (Ctrl+A)');
    const first = workbench.row(/^Grand Meridian Austin, /);
    await picture.click(first, { at: { x: 160, y: 11 } });
    await picture.show(500);
    await page.keyboard.press('Control+A');
    await picture.show(1_500);
    await picture.say('Right-click and select Remap to Skill…');
    await picture.click(workbench.row(/^Grand Meridian Denver, /), { at: { x: 160, y: 11 }, button: 'right' });
    await picture.choose(workbench.menuItem('Remap to Skill…'));
    await quickInput.titled('Remap 120 Service Providers to Skill');
    await picture.say('Select the new skill');
    await picture.show(1_000);
    await picture.click(quickInput.row('Guest Calling'), { at: { x: 200, y: 11 } });
    await quickInput.titled('Remap to Guest Calling');
    await picture.say('Preview each change, and clear those to skip');
    await picture.show(2_500);
    await picture.click(page.locator('.quick-input-widget:visible').getByRole('button', { name: 'OK' }));
    await hideEndpoint();
    await picture.say('Confirm the changes');
    await picture.show(2_000);
    control.clearRequests();
    await picture.click(dialogButton('Remap'));
    await picture.say('Follow the progress, and cancel at any time');
    for (const count of [10, 60]) {
      await expect.poll(changed, { interval: 20 }).toBeGreaterThan(count);
      await picture.show(800);
    }
    const result = workbench.notification(/Remapped 120 /).toast;
    // A notification stays while the pointer is on it.
    await result.hover();
    await picture.say('See the result, and undo it');
    await picture.show(2_000);
    await picture.click(result.getByRole('button', { name: 'Undo' }));
    await quickInput.titled('Undo Last Mapping Change');
    await picture.say('An undo is previewed and confirmed, too');
    await picture.show(1_500);
    await picture.click(page.locator('.quick-input-widget:visible').getByRole('button', { name: 'OK' }));
    await hideEndpoint();
    await picture.show(1_000);
    control.clearRequests();
    await picture.click(dialogButton('Undo'));
    await expect.poll(changed, { interval: 20 }).toBeGreaterThan(30);
    await picture.show(800);
    await workbench.notification(/Undid 120 /).toast.hover();
    await picture.say('Each hotel has its earlier skill again');
    await picture.show(4_000);
    await picture.write(path.join(FOLDER, 'bulk-change.gif'));
  });
});
