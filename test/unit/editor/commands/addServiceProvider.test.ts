import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_TOKEN, mappedTo, signedOut, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { chooses, enters, env, user, type Prompt } from '../../../support/fakeVscode';

const ID = 'amzn1.comms.csp.id.1';

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open([]);
});

afterEach(async () => {
  await window.close();
});

const add = () => {
  user.will(enters('Hotel'));
  return window.run('addServiceProvider', { serviceProviderId: ID });
};

describe('Add Service Provider', () => {
  it('reads the new one, and leaves it to its row to show that it exists', async () => {
    await add();
    expect(window.store.row(ID)).toEqual({ type: 'notMapped' });
    expect([window.service.reads, user.told, window.results]).toEqual([[ID], [], ['succeeded']]);
  });

  it('does not ask about one that is mapped', async () => {
    window.service.mappings.set(ID, mappedTo(SKILL));
    window.service.unknown.add(ID);
    await add();
    expect([window.store.row(ID), user.told]).toEqual([mappedTo(SKILL), []]);
  });

  it('adds one that the service does not know all the same, says so, and removes it again on request', async () => {
    window.service.unknown.add(ID);
    await add();
    user.notifications.at(-1)?.press('Remove from List');
    await expect.poll(() => window.store.provider(ID)).toBeUndefined();
    expect(user.notifications).toMatchObject([
      {
        severity: 'warning',
        text: 'Hotel was added, but the service has no such service provider. Check the ID, the account and the API endpoint.',
        buttons: ['Remove from List', 'Show Details'],
      },
      { text: 'Removed Hotel from the list.' },
    ]);
  });

  it('says nothing of one that could not be read, and reads nothing when signed out', async () => {
    window.service.unreadable.set(ID, 'network');
    await add();
    expect(window.service.reads).toEqual([ID]);
    await window.run('removeServiceProvider', { serviceProviderId: ID });
    window.store.setSessions(signedOut);
    await add();
    expect(window.service.reads).toEqual([ID]);
  });

  it('waits for the read of a view that shows the row', async () => {
    window.shownIds.add(ID);
    window.service.unknown.add(ID);
    const added = add();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await window.store.refresh([ID]);
    await added;
    expect(window.service.reads).toEqual([ID]);
    expect(user.notifications).toMatchObject([{ severity: 'warning' }]);
  });
});

describe('A list that is pasted in the place of the ID', () => {
  const [B, C] = ['amzn1.comms.csp.id.2', 'amzn1.comms.csp.id.3'] as const;
  const copied = `${ID}\tHotel\nHarbour House\n${B}\tClinic\n${C}\n`;
  /** VS Code replaces each line break by a space. */
  const inBox = copied.replaceAll('\n', ' ');
  const texts = (prompt: Prompt) =>
    prompt.type === 'pick'
      ? prompt.items.map(({ label, description }) => [label, description].filter(Boolean).join(' '))
      : [];

  beforeEach(() => {
    env.clipboard.text = copied;
  });

  it('is added after a preview of what is added, what is listed already, and which lines are invalid', async () => {
    user.will(enters('Hotel'));
    await window.run('addServiceProvider', { serviceProviderId: ID });
    user.will(
      (prompt) => {
        enters(inBox)(prompt);
        queueMicrotask(() => {
          expect(prompt.type === 'input' && prompt.box.validationMessage).toEqual({
            message: 'This is a list of service providers. Press Enter to preview it.',
            severity: 1,
          });
        });
      },
      (prompt) => {
        expect(window.merged).toEqual([]);
        expect([prompt.type === 'pick' && prompt.title, ...texts(prompt)]).toEqual([
          'Add Service Providers',
          'Problems: 1',
          'Line 2 Harbour House',
          'Add the 2 without problems',
          'Already in your list: 1',
          `Hotel ${ID}`,
          'To add: 2',
          `Clinic ${B}`,
          C,
        ]);
        return chooses('Add the 2 without problems')(prompt);
      },
    );
    await window.run('addServiceProvider');
    expect(window.merged).toEqual([{ id: B, name: 'Clinic' }, { id: C }]);
    expect(user.notifications).toMatchObject([{ text: 'Added 2 service providers to the list.', buttons: ['Undo'] }]);
  });

  it('is not added if the user leaves the preview, or looks at a line of it', async () => {
    user.will(enters(inBox), () => undefined, enters(inBox), chooses('Line 2'));
    await window.run('addServiceProvider');
    await window.run('addServiceProvider');
    expect(user.shown).toEqual([{ text: copied, line: 2 }]);
    expect([window.merged, user.told]).toEqual([[], []]);
  });

  it('is read from the box if something else was copied since, such as a secret', async () => {
    env.clipboard.text = ACCESS_TOKEN;
    user.will(enters(`${ID}, ${B}`), chooses('Add 2'));
    await window.run('addServiceProvider');
    expect(window.merged).toEqual([{ id: ID }, { id: B }]);
  });

  it('is rejected in the box if it has a secret', async () => {
    user.will((prompt) => {
      enters(`${inBox} ${ACCESS_TOKEN}`)(prompt);
      queueMicrotask(() => {
        if (prompt.type !== 'input') return;
        expect(prompt.box.validationMessage).toMatchObject({ severity: 3 });
        prompt.box.hide();
      });
    });
    await window.run('addServiceProvider');
    expect([window.merged, window.results]).toEqual([[], ['dismissed']]);
  });

  it('says so if all of it is in the list already', async () => {
    user.will(enters('Hotel'));
    await window.run('addServiceProvider', { serviceProviderId: ID });
    user.will(enters(`${ID}\tHotel`));
    await window.run('addServiceProvider');
    expect(user.told).toEqual(['The pasted service provider is already in your list.']);
  });
});
