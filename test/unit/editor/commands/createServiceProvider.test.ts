import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aProvider } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { chooses, enters, presses, registered, setUserSetting, user, type Prompt } from '../../../support/fakeVscode';

const CREATED = 'amzn1.comms.csp.id.created-1';

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open([]);
});

afterEach(async () => {
  await window.close();
});

/** The user leaves an input box. */
const leaves = (prompt: Prompt) => {
  if (prompt.type !== 'input') throw new Error('expected an input box');
  queueMicrotask(() => {
    prompt.box.hide();
  });
};
const create = () => window.run('createServiceProvider');
const lastDialog = () => user.prompts.findLast((prompt) => prompt.type === 'dialog');
const recorded = () => window.recorded();

describe('Create Service Provider', () => {
  it('asks for the logical ID, then for the name, confirms both, and offers to map the new row', async () => {
    user.will(enters('annex'), enters('Annex'), presses('Create'));
    await create();
    expect(window.onboarding.sent).toMatchObject([
      {
        change: { operation: 'createProvider', logicalId: 'annex', displayName: 'Annex' },
        context: { expected: { account: 'default', endpoint: 'https://api.amazonalexa.com', session: 'pasted' } },
      },
    ]);
    expect(window.store.providers).toEqual([{ type: 'provider', id: CREATED, name: 'Annex' }]);
    expect(window.store.row(CREATED)).toEqual({ type: 'notMapped' });
    expect(user.notifications).toMatchObject([
      { text: 'Created the service provider Annex.', buttons: ['Map to Skill…', 'Undo'] },
    ]);
    expect(lastDialog()).toMatchObject({
      text: 'Create the service provider Annex?',
      detail: expect.stringContaining('Logical ID: annex\nDisplay name: Annex') as unknown,
    });
  });

  it('records the logical ID before it sends anything, and the new ID afterwards', async () => {
    window.onboarding.onChange = () => {
      window.results.push('sent');
    };
    user.will(enters('annex'), enters(''), presses('Create'));
    await create();
    expect(await recorded()).toMatchObject([
      {
        operation: 'createProvider',
        logicalId: 'annex',
        name: 'annex',
        completed: { result: 'succeeded', createdId: CREATED },
      },
    ]);
    expect(window.onboarding.sent[0]?.change).not.toHaveProperty('displayName');
  });

  it('sends nothing when the user leaves a prompt or the question', async () => {
    user.will(leaves, enters('annex'), leaves, enters('annex'), enters('Annex'), presses(undefined));
    for (let time = 0; time < 3; time++) await create();
    expect([window.onboarding.sent, await recorded(), user.told]).toEqual([[], [], []]);
    expect(window.results).toEqual(['dismissed', 'dismissed', 'dismissed']);
  });

  it('asks for the account where there are several, names it in the question and in the list', async () => {
    window.accounts.set('eu', true);
    window.store.setSessions(new Map([...window.accounts.keys()].map((name) => [name, 'pasted'])));
    user.will(chooses('eu'), enters('annex'), enters('Annex'), presses('Create'));
    await create();
    expect(lastDialog()).toHaveProperty('detail', expect.stringContaining('Account: eu'));
    expect(window.onboarding.sent).toMatchObject([{ context: { expected: { account: 'eu' } } }]);
    expect(window.store.provider(CREATED)).toMatchObject({ account: 'eu' });
  });

  it('offers also an account that only the setting names, which then signs in', async () => {
    setUserSetting('alexaNetworkMapping.accounts', { eu: { apiEndpoint: 'https://api.eu.amazonalexa.com' } });
    registered.set('alexaNetworkMapping.signIn', () => window.accounts.set('eu', true));
    user.will(chooses('eu'), leaves);
    await create();
    expect(window.accounts.get('eu')).toBe(true);
    expect(window.onboarding.sent).toEqual([]);
  });

  it('names the only account in the list where an entry without one is for an account that has signed out', async () => {
    window.accounts.clear();
    window.accounts.set('eu', true);
    window.store.setSessions(
      new Map([
        ['eu', 'pasted'],
        ['default', undefined],
      ]),
    );
    user.will(enters('annex'), enters('Annex'), presses('Create'));
    await create();
    expect(window.store.provider(CREATED)).toMatchObject({ account: 'eu' });
  });

  it('signs in first where no account is signed in', async () => {
    window.accounts.clear();
    registered.set('alexaNetworkMapping.signIn', () => window.accounts.set('default', true));
    user.will(enters('annex'), enters('Annex'), presses('Create'));
    await create();
    expect(window.store.provider(CREATED)).toBeDefined();
  });

  it('does nothing when the user does not sign in', async () => {
    window.accounts.set('default', false);
    registered.set('alexaNetworkMapping.signIn', () => undefined);
    await create();
    expect([window.results, user.prompts]).toEqual([['dismissed'], []]);
  });

  it('asks again when the account signs in again while the question is open', async () => {
    user.will(
      enters('annex'),
      enters('Annex'),
      (prompt) => {
        window.sessionId = 'another session';
        return presses('Create')(prompt);
      },
      (prompt) => {
        expect(prompt).toHaveProperty('detail', expect.stringContaining('The sign-in was changed in the meantime.'));
        return undefined;
      },
    );
    await create();
    expect(window.onboarding.sent).toEqual([]);
  });

  it('says after a create without a response what is known, and repeats it with the same logical ID only', async () => {
    window.onboarding.failing = { kind: 'timeout', takesEffect: false };
    user.will(enters('annex'), enters('Annex'), presses('Create'));
    await create();
    expect(window.onboarding.sent).toHaveLength(1);
    const [told] = user.notifications;
    expect(told).toMatchObject({ severity: 'error', buttons: ['Try Again', 'Show Details'] });
    expect(told?.text).toMatch(/^Could not verify whether Annex was created.*same logical ID, annex.*Amazon support/);
    expect(await recorded()).toMatchObject([{ completed: { result: 'unconfirmed', failure: 'timeout' } }]);

    window.onboarding.failing = undefined;
    user.will((prompt) => {
      const detail = expect.stringContaining('An earlier create with this logical ID is unconfirmed.') as unknown;
      expect(prompt).toMatchObject({ text: 'Create the service provider Annex?', detail });
      return presses('Create')(prompt);
    });
    told?.press('Try Again');
    await expect.poll(() => window.onboarding.sent.length).toBe(2);
    expect(window.onboarding.sent[1]?.change).toEqual(window.onboarding.sent[0]?.change);
    await expect.poll(() => user.told.at(-1)).toBe('Created the service provider Annex.');
  });

  it('says where to find the ID when the earlier create has taken effect', async () => {
    window.onboarding.failing = { kind: 'timeout', takesEffect: true };
    user.will(enters('annex'), enters('Annex'), presses('Create'));
    await create();
    window.onboarding.failing = undefined;
    user.will(presses('Create'));
    user.notifications[0]?.press('Try Again');
    await expect
      .poll(() => user.told.at(-1))
      .toMatch(/^Annex was not created\. The logical ID annex is in use, so the earlier create.*Ask Amazon support/);
    expect(window.store.providers).toEqual([]);
  });

  it('begins with the rejected logical ID when it is to be tried again', async () => {
    window.onboarding.failing = { kind: 'badRequest', status: 400, takesEffect: false };
    user.will(enters('annex'), enters('Annex'), presses('Create'));
    await create();
    expect(user.told).toEqual([
      'Annex was not created. The logical ID annex is in use already, or the service does not accept it.',
    ]);
    window.onboarding.failing = undefined;
    user.will(enters('annex-2', 'annex'), enters('Annex', 'Annex'), presses('Create'));
    user.notifications[0]?.press('Try Again');
    await expect.poll(() => window.store.providers.length).toBe(1);
  });

  it('tells the new ID when the list cannot be written', async () => {
    window.listProblem = new Error('disk');
    user.will(enters('annex'), enters('Annex'), presses('Create'));
    await create();
    expect(user.notifications).toMatchObject([
      { severity: 'warning', buttons: ['Add Service Provider…', 'Copy Service Provider ID'] },
    ]);
    expect(user.told[0]).toContain(
      `Created the service provider Annex, which is not in the list yet. Its ID is ${CREATED}.`,
    );
    window.listProblem = undefined;
    user.will(enters('Annex'));
    user.notifications[0]?.press('Add Service Provider…');
    await expect.poll(() => window.store.provider(CREATED)).toMatchObject({ name: 'Annex' });
  });

  it('is undone by deleting what it created, after its name was typed', async () => {
    user.will(enters('annex'), enters('Annex'), presses('Create'));
    await create();
    user.will(presses('Delete Service Provider'), enters('Annex'));
    user.notifications[0]?.press('Undo');
    await expect.poll(() => window.store.providers).toEqual([]);
    await expect.poll(() => user.told.at(-1)).toBe('Deleted the service provider Annex, and removed it from the list.');
    const [deletion, creation] = await recorded();
    expect(deletion).toMatchObject({ operation: 'deleteProvider', revertsChangeId: creation?.id });
  });
});

describe('Undo Last Mapping Change', () => {
  it('never touches a service provider itself unless that is asked for', async () => {
    user.will(enters('annex'), enters('Annex'), presses('Create'));
    await create();
    await window.run('undoLastChange');
    expect(user.told.at(-1)).toBe('There is no change to undo.');
    expect(window.store.provider(CREATED)).toBeDefined();
  });
});

it('does not create what the argument of a keybinding names, because the service assigns the IDs', async () => {
  await window.close();
  window = await CommandWindow.open([aProvider('amzn1.comms.csp.id.1')]);
  user.will(enters('annex'), enters('Annex'), presses(undefined));
  await window.run('createServiceProvider', { serviceProviderId: 'amzn1.comms.csp.id.1' });
  expect(window.onboarding.sent).toEqual([]);
});
