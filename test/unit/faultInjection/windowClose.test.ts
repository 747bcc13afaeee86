import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FileLock } from '../../../src/core/crossWindow/fileLock';
import { isProviderChange, type ChangeRecord } from '../../../src/core/history/changeRecord';
import { isSameMapping } from '../../../src/core/model/networkMapping';
import { ChangeJournal } from '../../../src/core/history/changeJournal';
import { recoverInterrupted, type OutcomeReaders } from '../../../src/core/mappings/interruptedChanges';
import { MappingStore } from '../../../src/core/mappings/mappingStore';
import type { Simulator } from '../../simulator/simulator';
import { signedInTo } from '../../support/builders';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import { begin, combinations, type Moment } from '../../support/faultInjection/interrupt';
import { indistinguishableOutcome, SETTLE_MS, type Fault } from '../../support/faultInjection/mappingFaults';
import { clientOf } from '../../support/simulatedService';
import { OneToken } from '../../support/faultInjection/oneToken';
import { FaultScenario } from '../../support/faultInjection/faultScenario';
import { withService } from '../../support/faultInjection/withService';
import { unexpected } from '../../support/unexpected';
import { describeCase, type RequestCase } from '../../support/requestCases';

expectNothingLeft();

/** Whether another window can read the mapping when it recovers the change. */
const EVENTS = ['another window can read', 'another window cannot read yet'] as const;
type Event = (typeof EVENTS)[number];

describe.concurrent('a change during which the window is closed', () => {
  for (const { requestCase, fault, event, moment } of combinations(EVENTS)) {
    it(`is recovered with the actual mapping when ${event}, ${moment}, ${describeCase(requestCase)}, under "${fault.name}"`, async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'closed-window-'));
      try {
        await withService(requestCase.switches, (simulator) =>
          checkClose(simulator, folder, requestCase, fault, moment, event),
        );
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});

async function checkClose(
  simulator: Simulator,
  folder: string,
  requestCase: RequestCase,
  fault: Fault,
  moment: Moment,
  event: Event,
): Promise<void> {
  const { control, url } = simulator;
  const journal = journalIn(folder);
  const trial = new FaultScenario(simulator, requestCase, fault, 'the request', {
    tokens: new OneToken(control.demo.accessToken),
    changeLog: {
      begin: (change) => journal.begin({ ...change, endpoint: url }),
      complete: (...closing) => journal.complete(...closing),
    },
  });
  const { provider, window, id } = trial;
  await trial.begin();
  const { wasOver } = await begin(trial, moment);
  const sent = provider.writes.length;
  window.close();
  // Wait until the service has seen the connection close, too.
  for (const { index } of provider.requests)
    await provider.arrival((each) => each.index === index && each.ended !== 'open');
  trial.disarm();

  const other = journalIn(folder);
  const client = clientOf(url, new OneToken(control.demo.accessToken), { maxAttempts: 1 });
  const states = new MappingStore(client, other, { endpoint: () => url });
  states.setSessions(signedInTo());
  const settle = () => recoverInterrupted(other, readersOf(states), SETTLE_MS);
  const nothing = { confirmed: [], unconfirmed: [], unread: [], late: [] };
  const open = async () => (await other.orphaned()).length;
  expect(await open(), 'changes that are open').toBe(wasOver ? 0 : 1);
  if (event === 'another window cannot read yet') {
    const outage = control.addFault({ name: 'badRequest', operation: 'get' });
    expect(await settle()).toMatchObject({ ...nothing, unread: wasOver ? [] : [{ serviceProviderId: id }] });
    control.removeFault(outage);
    expect(await open(), 'what could not be read stays open').toBe(wasOver ? 0 : 1);
  }
  const asked = () => unexpected('a request to another service');
  const elsewhere = new MappingStore({ get: asked, change: asked }, other, {
    endpoint: () => 'https://elsewhere.example',
  });
  elsewhere.setSessions(signedInTo());
  const settledElsewhere = await recoverInterrupted(other, readersOf(elsewhere));
  expect(settledElsewhere, 'what was sent to another service').toEqual(nothing);
  const settled = [await settle()];
  // A change that has not taken effect still may, for a while.
  for (let looks = 0; (await open()) > 0 && looks < 10; looks++) {
    await delay(SETTLE_MS);
    settled.push(await settle());
  }
  const told = settled.flatMap(({ confirmed, unconfirmed, unread, late }) => [
    ...confirmed.map(() => 'confirmed'),
    ...unconfirmed.map(() => 'unconfirmed'),
    ...unread.map(() => 'unread'),
    ...late.map(() => 'late'),
  ]);
  expect(await open()).toBe(0);

  await provider.lateEffect();
  const changes: ChangeRecord[] = [];
  for await (const change of other.newestFirst()) changes.push(change);
  const context = JSON.stringify({ changes, truth: provider.truth });
  expect(changes.length, context).toBe(1);
  const [change] = changes;
  if (!change?.completed) throw new Error(`the note is open: ${context}`);
  if (isProviderChange(change)) return unexpected('a change of a service provider itself');
  const { completed: closed, target } = change;
  if (!wasOver) expect(told, context).toEqual([closed.result === 'succeeded' ? 'confirmed' : 'unconfirmed']);
  else expect(told, context).toEqual(closed.recovered ? ['late'] : []);
  if (!wasOver || !indistinguishableOutcome(requestCase, fault.name, 'the request')) {
    if (closed.actual) expect(isSameMapping(closed.actual, provider.truth), context).toBe(true);
    else expect(wasOver, context).toBe(true);
    expect(closed.result === 'succeeded', context).toBe(isSameMapping(provider.truth, target));
  }
  expect(provider.writes.length, `writes after the close: ${context}`).toBe(sent);
  expect(provider.countedWrites, context).toBeLessThanOrEqual(1);
  expect(provider.effects, context).toBeLessThanOrEqual(1);
  const reopened = await client.get(id);
  expect(reopened.ok && isSameMapping(reopened.value, provider.truth), context).toBe(true);
}

function readersOf(store: MappingStore): OutcomeReaders {
  return {
    mapping: (change) => store.readAs(change.serviceProviderId, change),
    provider: () => unexpected('a read of a service provider'),
  };
}

function journalIn(folder: string): ChangeJournal {
  return new ChangeJournal(path.join(folder, 'journal'), new FileLock(path.join(folder, 'locks')));
}
