import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aProvider, mappedTo, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { presses, user } from '../../../support/fakeVscode';

const [A, B, C] = ['a', 'b', 'c'].map((end) => `amzn1.comms.csp.id.${end}`) as [string, string, string];

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open([
    aProvider(A, { name: 'Hotel' }),
    aProvider(B, { name: 'Belvedere' }),
    aProvider(C),
  ]);
});

afterEach(async () => {
  await window.close();
});

describe('Remove from List', () => {
  it('and Rename refuse what only a mapping file lists', async () => {
    const serviceProviderId = 'amzn1.comms.csp.id.d';
    window.store.setFileProviders([aProvider(serviceProviderId, { name: 'Clinic', file: 'clinics.json' })]);
    await window.run('removeServiceProvider', { serviceProviderId: [A, serviceProviderId] });
    await window.run('renameServiceProvider', { serviceProviderId });
    const refusal = 'Clinic is listed because clinics.json is open. Edit that file instead.';
    expect([window.removed, user.told, user.prompts]).toEqual([[], [refusal, refusal], []]);
  });

  it('asks when it is started by a key, which is pressed by mistake more easily', async () => {
    window.selectedIds.push(A);
    user.will(presses(undefined));
    await window.press('removeServiceProvider');
    expect(user.prompts).toMatchObject([
      {
        text: 'Remove Hotel from the list?',
        detail: 'Only the list changes. Mappings stay as they are.',
        buttons: ['Remove'],
      },
    ]);
    expect([window.removed, window.results]).toEqual([[], ['dismissed']]);
  });

  it('removes the selected rows once that is confirmed, and can be undone', async () => {
    window.selectedIds.push(A, C);
    user.will(presses('Remove'));
    await window.press('removeServiceProvider');
    expect(user.prompts).toMatchObject([{ text: 'Remove 2 service providers from the list?' }]);
    expect(window.removed).toEqual([A, C]);
    user.notifications[0]?.press('Undo');
    await expect.poll(() => window.removed).toEqual([]);
  });

  it('keeps rows that the filter hides, although they were selected before', async () => {
    window.selectedIds.push(A, B);
    window.hiddenIds.add(B);
    user.will(presses('Remove'));
    await window.press('removeServiceProvider');
    expect(user.prompts).toMatchObject([{ text: 'Remove Hotel from the list?' }]);
    expect(window.removed).toEqual([A]);
  });

  it('does not ask when it is started in another way, because it can be undone', async () => {
    await window.run('removeServiceProvider', { serviceProviderId: B });
    expect([window.removed, user.prompts]).toEqual([[B], []]);
  });

  it.each([
    ['of one that is mapped', [A], 'Removed Hotel from the list. Its mapping is unchanged.'],
    ['of one that is not mapped', [B], 'Removed Belvedere from the list.'],
    ['of several', [A, B], 'Removed 2 service providers from the list. Their mappings are unchanged.'],
  ])('says what became of the mapping %s', async (_what, serviceProviderId, text) => {
    window.service.mappings.set(A, mappedTo(SKILL));
    await window.run('refresh');
    await window.run('removeServiceProvider', { serviceProviderId });
    expect(user.told).toEqual([text]);
    expect(window.sent).toEqual([]);
  });

  it('does not claim that a mapping which was not read does not exist', async () => {
    await window.run('removeServiceProvider', { serviceProviderId: B });
    expect(user.told).toEqual(['Removed Belvedere from the list. Its mapping is unchanged.']);
  });
});
