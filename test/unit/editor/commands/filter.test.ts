import { afterEach, beforeEach, expect, it } from 'vitest';
import { aProvider, mappedTo, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { enters, user, type Prompt } from '../../../support/fakeVscode';

const [A, B] = ['amzn1.comms.csp.id.a', 'amzn1.comms.csp.id.b'] as const;

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open([A, B].map((id) => aProvider(id)));
  window.service.mappings.set(A, mappedTo(SKILL));
  await window.run('refresh');
});

afterEach(async () => {
  await window.close();
});

it('offers the states that rows have, as they are now', async () => {
  let box: (Prompt & { type: 'input' })['box'] | undefined;
  user.will((prompt) => {
    if (prompt.type === 'input') box = prompt.box;
  });
  const done = window.run('filter');
  await expect.poll(() => box?.prompt).toMatch(/: mapped \(1\), not mapped \(1\)$/);
  window.service.unreadable.set(A, 'forbidden');
  await window.store.refresh([A]);
  await expect.poll(() => box?.prompt).toMatch(/: not mapped \(1\), error \(1\)$/);
  box?.hide();
  await done;
});

it('keeps what is entered', async () => {
  user.will(enters('not mapped'));
  await window.run('filter');
  expect([window.viewOptions.filter, window.viewOptions.savedFilter]).toEqual(['not mapped', 'not mapped']);
});
