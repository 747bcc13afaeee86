import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileLock } from '../../../src/acrossWindows/fileLock';
import type { RecordedChange } from '../../../src/core/changeRecord';
import { isSameMapping } from '../../../src/core/networkMapping';
import { ChangeJournal } from '../../../src/journal/changeJournal';
import { settleInterrupted } from '../../../src/state/interruptedChanges';
import type { Simulator } from '../../simulator/simulator';
import { expectNothingLeft } from '../../support/faults/aftermath';
import { begin, combinations, type Moment } from '../../support/faults/interrupt';
import { lie, SETTLE_MS, type Fault } from '../../support/faults/mappingFaults';
import { clientOf } from '../../support/simulatedService';
import { OneToken } from '../../support/faults/oneToken';
import { Trial } from '../../support/faults/trial';
import { withService } from '../../support/faults/withService';
import { unexpected } from '../../support/unexpected';
import { describeWish, type Wish } from '../../support/wishes';

expectNothingLeft();

/** What another window finds when it looks after the change. */
const EVENTS = ['another window can read', 'another window cannot read yet'] as const;
type Event = (typeof EVENTS)[number];

describe.concurrent('a change during which the window is closed', () => {
  for (const { wish, fault, event, moment } of combinations(EVENTS)) {
    it(`is ended by the truth when ${event}, ${moment}, ${describeWish(wish)}, under "${fault.name}"`, async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'closed-window-'));
      try {
        await withService(wish.switches, (simulator) => checkClose(simulator, folder, wish, fault, moment, event));
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});

async function checkClose(
  simulator: Simulator,
  folder: string,
  wish: Wish,
  fault: Fault,
  moment: Moment,
  event: Event,
): Promise<void> {
  const { control, url } = simulator;
  const journal = journalIn(folder);
  const trial = new Trial(simulator, wish, fault, 'the request', {
    tokens: new OneToken(control.demo.accessToken),
    notes: {
      open: (change) => journal.open({ ...change, endpoint: url }),
      close: (...closing) => journal.close(...closing),
    },
  });
  const { provider, window, id } = trial;
  await trial.begin();
  const { wasOver } = await begin(trial, moment);
  const sent = provider.writes.length;
  window.close();
  // Until its connection is seen to be gone, too.
  for (const { index } of provider.requests)
    await provider.arrival((each) => each.index === index && each.ended !== 'open');
  trial.disarm();

  const other = journalIn(folder);
  const client = clientOf(url, new OneToken(control.demo.accessToken), { maxAttempts: 1 });
  const settle = () =>
    settleInterrupted(
      other,
      (each) => client.get(each),
      () => ({ ok: true, url }),
      SETTLE_MS,
    );
  expect((await other.abandoned()).length, 'changes that are open').toBe(wasOver ? 0 : 1);
  if (event === 'another window cannot read yet') {
    const outage = control.addFault({ name: 'badRequest', operation: 'get' });
    expect(await settle()).toEqual({ made: [], unmade: [], unread: wasOver ? 0 : 1 });
    control.removeFault(outage);
    expect((await other.abandoned()).length, 'what could not be read stays open').toBe(wasOver ? 0 : 1);
  }
  const elsewhere = await settleInterrupted(other, unexpected, () => ({ ok: true, url: 'https://elsewhere.example' }));
  expect(elsewhere, 'what was sent to another service').toEqual({ made: [], unmade: [], unread: 0 });
  const { made, unmade } = await settle();
  expect(await other.abandoned()).toEqual([]);

  await provider.lateEffect();
  const changes: RecordedChange[] = [];
  for await (const change of other.newestFirst()) changes.push(change);
  const story = JSON.stringify({ changes, truth: provider.truth });
  expect(changes.length, story).toBe(1);
  const [change] = changes;
  if (!change?.closed) throw new Error(`the note is open: ${story}`);
  const { closed, wished } = change;
  expect(closed.recovered, story).toBe(wasOver ? undefined : true);
  const told = { done: made, failed: unmade }[closed.result as string] ?? [];
  if (!wasOver) expect([told.length, made.length + unmade.length], story).toEqual([1, 1]);
  if (!wasOver || !lie(wish, fault.name, 'the request')) {
    if (closed.holds) expect(isSameMapping(closed.holds, provider.truth), story).toBe(true);
    else expect(wasOver, story).toBe(true);
    expect(closed.result === 'done', story).toBe(isSameMapping(provider.truth, wished));
  }
  expect(provider.writes.length, `writes after the close: ${story}`).toBe(sent);
  expect(provider.countedWrites, story).toBeLessThanOrEqual(1);
  expect(provider.effects, story).toBeLessThanOrEqual(1);
  const reopened = await client.get(id);
  expect(reopened.ok && isSameMapping(reopened.value, provider.truth), story).toBe(true);
}

function journalIn(folder: string): ChangeJournal {
  return new ChangeJournal(path.join(folder, 'journal'), new FileLock(path.join(folder, 'locks')));
}
