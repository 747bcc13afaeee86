import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, it } from 'mocha';
import { fingerprintOf } from '../simulator/tokens';
import { OTHER_SKILL, SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { inAnotherWindow, run, signIn, signOut } from './support/extension';
import { answer, choose, dismissAll, enter, enterInVain, leave, look, turnAway } from './support/prompts';
import { prompts } from './support/quickInputs';
import { expectSpoken, row } from './support/rows';
import { CLINIC, HARBOUR, HOTEL, useService } from './support/service';
import { configure } from './support/settings';

const DEFAULT = { id: 'default', label: 'default' };

describe('accounts', () => {
  const service = useService();
  let eu: string;
  let us: string;

  /** Two organizations: the hotel belongs to one, the clinic to the other. */
  beforeEach(async () => {
    service.control.reset();
    service.control.setProvider({ serviceProviderId: CLINIC.id, skillId: OTHER_SKILL, account: 'clinics' });
    eu = service.control.issueAccessToken();
    us = service.control.issueAccessToken({ account: 'clinics' });
    await signOut();
    await configure({});
    await expectSpoken();
    vscodeSpy.clearMessages();
  });
  after(() => configure({}));
  afterEach(() => signOut());

  const hotel = { ...HOTEL, account: 'eu' };
  const clinic = { ...CLINIC, account: 'us' };
  const hotelMapped = `Hotel Aurora, mapped to ${SKILL}`;
  const clinicMapped = `Clinic, mapped to ${OTHER_SKILL}`;
  const names = async () => [...(await inAnotherWindow((store) => store.read())).byName.keys()];
  /** Which account's token was sent for which service provider. */
  const sentAs = () =>
    new Set(
      service.control.requests().map(({ serviceProviderId = '', tokenFingerprint }) => {
        const account = Object.entries({ eu, us }).find(([, token]) => fingerprintOf(token) === tokenFingerprint)?.[0];
        return `${serviceProviderId} as ${account ?? '?'}`;
      }),
    );
  const expectTold = (...texts: string[]) =>
    eventually(() => {
      assert.deepEqual(
        vscodeSpy.messages.map(({ text }) => text),
        texts,
      );
    });
  const lastLabels = () => prompts.at(-1)?.items.map(({ label }) => label);

  describe('that the list specifies', () => {
    it('are each used only for their own service providers', async () => {
      await configure({ user: [hotel, clinic] });
      await signIn(eu, 'eu');
      await signIn(us, 'us');
      await expectSpoken(hotelMapped, clinicMapped);
      assert.deepEqual(sentAs(), new Set([`${HOTEL.id} as eu`, `${CLINIC.id} as us`]));
    });

    it('that are signed out are shown on the row; nothing is sent for it, and other rows are read', async () => {
      await configure({ user: [hotel, clinic] });
      await signIn(eu, 'eu');
      await expectSpoken(hotelMapped, 'Clinic, could not be read: not signed in to us');
      assert.deepEqual(sentAs(), new Set([`${HOTEL.id} as eu`]));
      assert.ok(row(CLINIC.id).words.includes('noAccount'));
      assert.ok(!row(HOTEL.id).words.includes('noAccount'));
    });

    it('can be signed in to from the row, which prompts only for the sign-in method', async () => {
      await configure({ user: [hotel, clinic] });
      await signIn(eu, 'eu');
      await expectSpoken(hotelMapped, 'Clinic, could not be read: not signed in to us');
      service.control.clearRequests();
      await answer(
        () => run('signIn', { serviceProviderId: CLINIC.id }),
        look(({ title }) => {
          assert.equal(title, 'Sign In to the Account us');
        }),
        choose('Paste an access token'),
        enter(us),
      );
      await expectSpoken(hotelMapped, clinicMapped);
      assert.deepEqual(await names(), ['eu', 'us']);
      assert.deepEqual(sentAs(), new Set([`${CLINIC.id} as us`]));
    });

    it('are used for the first sign-in', async () => {
      await configure({ user: [clinic] });
      await answer(() => run('signIn'), choose('Paste an access token'), enter(us));
      assert.deepEqual(await names(), ['us']);
      await expectSpoken(clinicMapped);
    });

    it('re-read only the service provider whose account changes', async () => {
      await configure({ user: [hotel, { ...CLINIC, account: 'eu' }, { ...HARBOUR, account: 'eu' }] });
      await signIn(eu, 'eu');
      await signIn(us, 'us');
      // Nothing can be read from here on, since the tokens are rejected.
      await dismissAll(() => run('refresh'));
      await expectSpoken(
        hotelMapped,
        'Clinic, could not be read: access token refused',
        `Harbour House, mapped to ${OTHER_SKILL}`,
      );
      service.control.clearRequests();
      await configure({ user: [hotel, clinic, { ...HARBOUR, account: 'eu' }] });
      await expectSpoken(hotelMapped, clinicMapped, `Harbour House, mapped to ${OTHER_SKILL}`);
      assert.deepEqual(sentAs(), new Set([`${CLINIC.id} as us`]));
    });

    it('are distinguished by every character, and none can imitate the name of another', async () => {
      await configure({
        user: [
          { ...HOTEL, account: 'EU' },
          { ...CLINIC, account: '__proto__' },
        ],
      });
      await signIn(eu, 'eu');
      await expectSpoken(
        'Hotel Aurora, could not be read: not signed in to EU',
        'Clinic, could not be read: not signed in to __proto__',
      );
      assert.deepEqual(service.sent, []);
    });
  });

  describe('that the list does not specify', () => {
    beforeEach(() => configure({ user: [HOTEL] }));

    it('are used if there is only one, whatever its name', async () => {
      await signIn(eu, 'eu');
      await expectSpoken(hotelMapped);
    });

    it('use the one called default, however many there are', async () => {
      await signIn(us, 'us');
      await signIn(eu);
      await expectSpoken(hotelMapped);
      assert.ok(sentAs().has(`${HOTEL.id} as eu`));
    });

    it('are ambiguous if there are several; the row says so', async () => {
      await signIn(eu, 'eu');
      await expectSpoken(hotelMapped);
      await signIn(us, 'us');
      await expectSpoken('Hotel Aurora, could not be read: no account chosen');
      await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: SKILL });
      assert.match(vscodeSpy.messages[0]?.text ?? '', /It is not clear which account to use/);
      assert.ok(vscodeSpy.messages[0]?.buttons.includes('Open Settings'));
    });
  });

  describe('at a sign-in', () => {
    it('are prompted for if there are several: an existing one, or the name of a new one', async () => {
      await signIn(eu, 'eu');
      await signIn(us, 'us');
      await answer(
        () => run('signIn'),
        choose('Paste an access token'),
        look(({ items }) => {
          assert.deepEqual(
            items.map(({ label, description }) => [label, description]),
            [
              ['eu', 'replaces its session'],
              ['us', 'replaces its session'],
              ['New Account…', undefined],
            ],
          );
        }),
        choose('New Account…'),
        enterInVain('  ', /Enter a name for the account\./),
        enterInVain(eu, /secret/),
        enter(' far  east '),
        enter(service.control.issueAccessToken()),
      );
      assert.deepEqual(await names(), ['eu', 'us', 'far east']);
    });

    it('are not prompted for if there is only one, unless the user asks for it', async () => {
      await signIn(eu, 'eu');
      await answer(() => run('signIn'), choose('Paste an access token'), enter(service.control.issueAccessToken()));
      assert.deepEqual(await names(), ['eu']);
      await answer(
        () => run('signIn'),
        turnAway('Sign In to Another Account'),
        choose('New Account…'),
        enter('us'),
        look(({ title }) => {
          assert.equal(title, 'Sign In to the Account us');
        }),
        choose('Paste an access token'),
        enter(us),
      );
      assert.deepEqual(await names(), ['eu', 'us']);
    });

    it('that settings specify can be chosen, and their names are not rendered as icons', async () => {
      await configure({ user: [{ ...HOTEL, account: '$(add) eu' }] });
      await signIn(us, 'us');
      await answer(() => run('signIn'), choose('Paste an access token'), leave);
      assert.deepEqual(lastLabels(), ['us', '\\$(add) eu', 'New Account…']);
      assert.deepEqual(await names(), ['us']);
    });
  });

  describe('at a sign-out', () => {
    beforeEach(async () => {
      await configure({ user: [hotel, clinic] });
      await signIn(eu, 'eu');
      await signIn(us, 'us');
      await expectSpoken(hotelMapped, clinicMapped);
    });

    it('are prompted for if there are several, and the others stay signed in', async () => {
      await answer(() => run('signOut'), choose('eu'));
      assert.deepEqual(lastLabels(), ['eu', 'us', 'All Accounts']);
      assert.deepEqual(await names(), ['us']);
      await expectSpoken('Hotel Aurora, could not be read: not signed in to eu', clinicMapped);
    });

    it('are named in the message, with the number of service providers no longer read', async () => {
      await answer(() => run('signOut'), choose('eu'));
      await expectTold('Signed out of the account “eu”. One service provider is no longer read.');
    });

    it('can all be signed out of together', async () => {
      await answer(() => run('signOut'), choose('All Accounts'));
      await expectTold('Signed out of the accounts “eu” and “us”. 2 service providers are no longer read.');
      assert.deepEqual(await names(), []);
      await expectSpoken('Hotel Aurora, signed out', 'Clinic, signed out');
    });

    it('all stay signed in when the user dismisses the prompt', async () => {
      await answer(() => run('signOut'), leave);
      assert.deepEqual(await names(), ['eu', 'us']);
      assert.deepEqual(vscodeSpy.messages, []);
    });
  });

  describe('with service providers that do not specify one', () => {
    const HANDED = 'Clinic, not mapped';

    beforeEach(async () => {
      service.control.setProvider({ serviceProviderId: CLINIC.id, skillId: null });
      await configure({ user: [HOTEL, { ...CLINIC, account: 'us' }] });
      await signIn(eu);
      await signIn(us, 'us');
      await expectSpoken(hotelMapped, HANDED);
      service.control.clearRequests();
      vscodeSpy.clearMessages();
    });

    it('do not pass to the remaining account at a sign-out unless the user confirms', async () => {
      await answer(() => run('signOut'), choose('default'));
      await expectSpoken('Hotel Aurora, signed out', HANDED);
      await expectTold(
        'Signed out of the account “default”. One service provider is no longer read. One service provider specifies no account. It is not read with us unless you choose that.',
      );
      const [message] = vscodeSpy.messages;
      assert.deepEqual(message?.buttons, ['Use us for Them']);
      await run('refresh');
      assert.ok(!service.sent.some((sent) => sent.includes(HOTEL.id)));
      message.press('Use us for Them');
      // It is read with the other account from here on, which has no access to it.
      await expectSpoken('Hotel Aurora, could not be read: access token refused', HANDED);
      assert.ok(sentAs().has(`${HOTEL.id} as us`));
    });

    it('do not pass to the remaining account at a sign-out in the Accounts menu of VS Code', async () => {
      const [session] = await vscodeSpy.authenticationProvider().getSessions(undefined, { account: DEFAULT });
      assert.ok(session);
      await vscodeSpy.authenticationProvider().removeSession(session.id);
      await expectSpoken('Hotel Aurora, signed out', HANDED);
    });

    it('require a confirmation before a sign-in passes them to another account', async () => {
      await signOut();
      await configure({ user: [HOTEL] });
      await signIn(eu, 'eu');
      await expectSpoken(hotelMapped);
      vscodeSpy.clearMessages();
      vscodeSpy.answerNextModal('');
      const toDefault = () =>
        answer(
          () => run('signIn'),
          turnAway('Sign In to Another Account'),
          choose('New Account…'),
          enter('default'),
          choose('Paste an access token'),
        );
      await toDefault();
      const [question] = vscodeSpy.messages;
      assert.deepEqual(
        [question?.text, question?.detail],
        [
          'Sign in to the account “default”?',
          'One service provider specifies no account and uses eu. After this sign-in, it uses default.',
        ],
      );
      assert.deepEqual(await names(), ['eu']);
    });

    it('show their name and the destination of their token in the prompts', async () => {
      await answer(
        () => run('signIn'),
        choose('Paste an access token'),
        choose('us'),
        look(({ box }) => {
          assert.ok(box?.prompt?.startsWith(`Account us, API endpoint ${new URL(service.url).host}. Stored in`));
        }),
        leave,
      );
    });
  });
});
