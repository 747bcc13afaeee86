import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CommandOutcome } from '../../../../src/editor/commandRunner/command';
import { ReadableProvidersMonitor } from '../../../../src/editor/notifications/readableProviders';
import { aProvider } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';

const ids = Array.from({ length: 4 }, (_, index) => `amzn1.comms.csp.id.${index}`);
const [A = '', B = '', C = ''] = ids;
/** That of the account `default` of the window. */
const SESSION = 'session of default';

let window: CommandWindow;
let monitor: ReadableProvidersMonitor;
let told: CommandOutcome[];

beforeEach(async () => {
  window = await CommandWindow.open(ids.map((id) => aProvider(id)));
  told = [];
  monitor = new ReadableProvidersMonitor(window.store, (outcome) => told.push(outcome));
});

afterEach(async () => {
  monitor.dispose();
  await window.close();
});

const messages = () => told.map((outcome) => 'message' in outcome && outcome.message);

it('says how many can be read, once all were read, and sends nothing for it', async () => {
  window.service.unreadable.set(B, 'unauthorized');
  monitor.follow(SESSION, 0);
  await window.store.refresh([A, B]);
  expect(told).toEqual([]);
  await window.store.refresh(ids.slice(2));
  expect(messages()).toEqual(['The access token can read 3 of 4 listed service providers.']);
  expect(window.service.reads).toEqual(ids);
  await window.store.refresh(ids);
  expect(told).toHaveLength(1);
});

it('does not count what failed for another reason as unreadable', async () => {
  window.service.unreadable.set(B, 'forbidden').set(C, 'unavailable');
  monitor.follow(SESSION, 0);
  await window.store.refresh(ids);
  expect(messages()).toEqual([
    'The access token can read at least 2 of 4 listed service providers. Not checked, because of the service or the connection: 1.',
  ]);
});

it.each([
  ['all can be read', undefined],
  ['nothing was refused', 'throttled'],
] as const)('says nothing that the rows show when %s', async (_when, kind) => {
  if (kind) window.service.unreadable.set(B, kind);
  monitor.follow(SESSION, 0);
  await window.store.refresh(ids);
  expect(told).toEqual([]);
});

it('follows the last session only, also if its reads have already ended', async () => {
  window.service.unreadable.set(B, 'unauthorized');
  monitor.follow('earlier', 0);
  await window.store.refresh(ids);
  expect(told).toEqual([]);
  monitor.follow(SESSION, 0);
  expect(messages()).toEqual(['The access token can read 3 of 4 listed service providers.']);
});
