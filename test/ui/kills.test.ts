import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileLock } from '../../src/core/crossWindow/fileLock';
import type { ChangeRecord } from '../../src/core/history/changeRecord';
import { ChangeJournal } from '../../src/core/history/changeJournal';
import type { Workbench } from '../runner/workbench';
import { seededRandom } from '../simulator/random';
import { OTHER_SKILL, SKILL } from '../support/builders';
import { extensionHosts } from './extensionHosts';
import { aProvider, rowLabels, list, screenshotOnFailure, UiTestEnvironment } from './uiTestEnvironment';

/** How often the extension host is killed. Each time takes some seconds, so `npm test` does it only a few times. */
const KILLS = Number(process.env['KILLS'] ?? 2);
const SEED = Number(process.env['SEED'] ?? 4);

const FLEET = Array.from({ length: 24 }, (_, index) => aProvider(`Fleet ${String(index).padStart(2, '0')}`, SKILL));
const NAMES = new Map(FLEET.map(({ serviceProviderId, name }) => [serviceProviderId, name]));
const remapAll = (key: string, skillId: string) => ({
  key,
  command: 'alexaNetworkMapping.updateMapping',
  args: { serviceProviderId: [...NAMES.keys()], skillId },
});

describe('a bulk operation during which the extension host is killed', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    const keybindings = [remapAll('ctrl+alt+1', OTHER_SKILL), remapAll('ctrl+alt+2', SKILL)];
    // Without a confirmation, so that a keybinding starts it.
    stage = await UiTestEnvironment.start('kills', {
      keybindings,
      settings: { 'alexaNetworkMapping.confirmCommands': false },
      movableClock: true,
    });
    workbench = await stage.open({ providers: FLEET, signedIn: true });
    stage.simulator.control.setSwitches({
      latencyMs: { min: 5, max: 60 },
      rateLimit: { perSecond: 60, burst: 10, retryAfter: 'none', retryAfterSeconds: 0 },
    });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  const control = () => stage.simulator.control;
  const writes = () =>
    control()
      .requests()
      .filter(({ method }) => method !== 'GET');

  async function recordedChanges(sinceMs: number): Promise<ChangeRecord[]> {
    const journal = new ChangeJournal(
      path.join(stage.globalStorage, 'journal'),
      new FileLock(path.join(stage.globalStorage, 'locks')),
    );
    const found: ChangeRecord[] = [];
    for await (const change of journal.newestFirst()) if (change.startedAtMs >= sinceMs) found.push(change);
    journal.dispose();
    return found;
  }

  async function expectTruth(): Promise<void> {
    await expect
      .poll(() => rowLabels(workbench), { timeout: 30_000 })
      .toEqual(
        FLEET.map(({ serviceProviderId, name }) => `${name}, mapped to ${control().mappingOf(serviceProviderId)}`),
      );
  }

  const random = seededRandom(SEED);
  it.each(Array.from({ length: KILLS }, (_, index) => index + 1))(
    'neither loses, repeats nor misreports any change (%i)',
    { timeout: 240_000 },
    async () => {
      await expectTruth();
      control().clearRequests();
      const beganMs = stage.now();
      // Those with this skill already are skipped, so the number of changes depends on the operations before this one.
      const toMap = (skill: string) =>
        FLEET.filter(({ serviceProviderId }) => control().mappingOf(serviceProviderId) !== skill).length;
      const [key, skillId] = toMap(OTHER_SKILL) >= toMap(SKILL) ? ['1', OTHER_SKILL] : ['2', SKILL];
      const killedAfter = 1 + Math.floor(random() * toMap(skillId));
      await list(workbench).getByRole('treeitem').first().focus();
      await workbench.page.keyboard.press(`Control+Alt+${key}`);

      await expect.poll(() => writes().length, { interval: 2, timeout: 30_000 }).toBeGreaterThanOrEqual(killedAfter);
      await delay(random() * 30);
      for (const pid of await extensionHosts()) process.kill(pid, 'SIGKILL');
      await workbench.reload();
      await list(workbench).waitFor();
      await expectTruth();

      // A change may still take effect for a minute; a later recovery resolves its outcome.
      const untilMs = stage.now() + 150_000;
      const unsettled = async () => {
        if (stage.now() < untilMs) await stage.passTime(10_000);
        return (await recordedChanges(beganMs)).filter(({ completed: closed }) => !closed);
      };
      await expect.poll(unsettled, { interval: 500, timeout: 60_000 }).toEqual([]);
      const changes = await recordedChanges(beganMs);
      const sent = writes()
        .filter(({ status }) => status !== 429)
        .map(({ serviceProviderId = '' }) => serviceProviderId);
      expect(new Set(sent).size, 'none is sent twice').toBe(sent.length);
      const byProvider = new Map(changes.map((change) => [change.serviceProviderId, change]));
      expect(byProvider.size, 'none is recorded twice').toBe(changes.length);
      for (const id of sent) expect(byProvider.has(id), `${NAMES.get(id)} was sent and is recorded`).toBe(true);
      for (const { serviceProviderId, completed: closed } of changes) {
        const isMade = control().mappingOf(serviceProviderId) === skillId;
        expect([NAMES.get(serviceProviderId), closed?.result === 'succeeded']).toEqual([
          NAMES.get(serviceProviderId),
          isMade,
        ]);
      }
    },
  );
});
