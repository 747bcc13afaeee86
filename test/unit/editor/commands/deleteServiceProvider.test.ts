import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aProvider, mappedTo, OTHER_SKILL, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { enters, presses, user, type Prompt } from '../../../support/fakeVscode';

const A = 'amzn1.comms.csp.id.a';
const B = 'amzn1.comms.csp.id.b';

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open([aProvider(A, { name: 'Aurora' }), aProvider(B)]);
  window.onboarding.described.set(A, { logicalId: 'aurora', displayName: 'Hotel Aurora' });
  window.service.mappings.set(A, mappedTo(SKILL));
});

afterEach(async () => {
  await window.close();
});

const deleteOne = (serviceProviderId: string | string[] = A) =>
  window.run('deleteServiceProvider', { serviceProviderId });
const lastDialog = () => user.prompts.findLast((prompt) => prompt.type === 'dialog');

/** Types texts into an input box, each rejected but the last one, and leaves it if there is none. */
function tries(...texts: string[]) {
  return (prompt: Prompt): void => {
    if (prompt.type !== 'input') throw new Error('expected an input box');
    queueMicrotask(() => {
      for (const text of texts) prompt.box.enter(text);
      prompt.box.hide();
    });
  };
}

describe('Delete Service Provider', () => {
  it('tells what stops, wants the name typed, deletes, and removes the row', async () => {
    user.will(presses('Delete Service Provider'), enters('Aurora'));
    await deleteOne();
    const detail = lastDialog()?.type === 'dialog' ? (lastDialog() as { detail: string }).detail : '';
    expect(lastDialog()).toMatchObject({ text: 'Delete the service provider Aurora?' });
    expect(detail).toContain(`${SKILL} will no longer handle the calls of Aurora.`);
    expect(detail).toContain(`Service provider: ${A}\nLogical ID: aurora\nDisplay name at Amazon: Hotel Aurora`);
    expect(detail).toContain('This cannot be undone');
    expect(window.onboarding.sent).toMatchObject([{ change: { operation: 'deleteProvider', serviceProviderId: A } }]);
    expect(window.store.provider(A)).toBeUndefined();
    expect(user.notifications).toMatchObject([
      { text: 'Deleted the service provider Aurora, and removed it from the list.', buttons: [] },
    ]);
    expect(await window.recorded()).toMatchObject([
      {
        operation: 'deleteProvider',
        logicalId: 'aurora',
        mapping: mappedTo(SKILL),
        completed: { result: 'succeeded' },
      },
    ]);
  });

  it.each([[[]], [['aurora']], [['Auror', '']]])(
    'sends nothing as long as the name is not typed: %j',
    async (texts) => {
      user.will(presses('Delete Service Provider'), tries(...texts));
      await deleteOne();
      expect([window.onboarding.sent, window.store.provider(A)?.name, window.results]).toEqual([
        [],
        'Aurora',
        ['dismissed'],
      ]);
    },
  );

  it('wants the ID where there is no name, and says that nothing is mapped', async () => {
    user.will(presses('Delete Service Provider'), enters(B));
    await deleteOne(B);
    expect(lastDialog()).toHaveProperty('detail', expect.stringContaining('It is not mapped to a skill.'));
    expect(window.store.provider(B)).toBeUndefined();
  });

  it('asks again when the mapping was changed while the name was typed', async () => {
    const clock = vi.spyOn(Date, 'now');
    user.will(
      presses('Delete Service Provider'),
      (prompt) => {
        window.service.mappings.set(A, mappedTo(OTHER_SKILL));
        clock.mockReturnValue(Date.now() + 4_000);
        enters('Aurora')(prompt);
      },
      (prompt) => {
        const detail = expect.stringContaining(`${OTHER_SKILL} will no longer handle the calls of Aurora.`) as unknown;
        expect(prompt).toMatchObject({ detail });
        return undefined;
      },
    );
    await deleteOne();
    clock.mockRestore();
    expect(window.onboarding.sent).toEqual([]);
  });

  it('asks again when another window has changed the mapping right after the name was typed', async () => {
    user.will(
      presses('Delete Service Provider'),
      (prompt) => {
        window.store.markChangedInOtherWindow([A]);
        enters('Aurora')(prompt);
      },
      presses(undefined),
    );
    await deleteOne();
    expect(window.onboarding.sent).toEqual([]);
  });

  it('sends nothing for one whose mapping cannot be read, or that the service does not know', async () => {
    window.service.unreadable.set(A, 'network');
    await deleteOne();
    window.service.unknown.add(B);
    await deleteOne(B);
    expect(window.onboarding.sent).toEqual([]);
    expect(user.told).toEqual([
      'The service provider Aurora was not deleted. The connection to the service failed.',
      `The service provider ${B} was not deleted. The service has no such service provider.`,
    ]);
  });

  it('keeps the row when it is unknown whether the service provider was deleted', async () => {
    window.onboarding.failing = { kind: 'timeout', takesEffect: false };
    user.will(presses('Delete Service Provider'), enters('Aurora'));
    await deleteOne();
    expect(window.store.provider(A)).toBeDefined();
    expect(user.told[0]).toMatch(/^Could not verify whether the service provider Aurora was deleted\./);
    expect(await window.recorded()).toMatchObject([{ completed: { result: 'unconfirmed' } }]);
  }, 20_000);

  it('says so when the row could not be removed', async () => {
    window.listProblem = new Error('disk');
    user.will(presses('Delete Service Provider'), enters('Aurora'));
    await deleteOne();
    expect(user.notifications).toMatchObject([
      { text: 'Deleted the service provider Aurora. It is still in the list.', buttons: ['Remove from List'] },
    ]);
  });

  it('is of one service provider at a time', async () => {
    await deleteOne([A, B]);
    expect([user.told, user.prompts]).toEqual([['You can delete only one service provider at a time.'], []]);
  });

  it('leaves nothing of the service provider to undo', async () => {
    user.will(presses('Remap'), presses('Delete Service Provider'), enters('Aurora'));
    await window.run('updateMapping', { serviceProviderId: A, skillId: OTHER_SKILL });
    await deleteOne();
    await window.run('undoLastChange');
    expect(user.told.at(-1)).toBe('There is no change to undo.');
    const [deletion] = await window.recorded();
    await window.undo(deletion?.operationId ?? '');
    expect(user.told.at(-1)).toBe(
      'The deletion of Aurora cannot be undone: a service provider that is created again has another ID.',
    );
  });
});
