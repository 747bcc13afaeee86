import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mappedTo, signedOut, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { enters, user } from '../../../support/fakeVscode';

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
