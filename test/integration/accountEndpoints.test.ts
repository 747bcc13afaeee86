import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { OTHER_SKILL, SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { run, signIn, signOut } from './support/extension';
import { answer, choose, enter, look, turnAway } from './support/prompts';
import { expectSpoken, spoken } from './support/rows';
import { CLINIC, HOTEL, Service, useService } from './support/service';
import { configure, setSetting } from './support/settings';

const { Global } = vscode.ConfigurationTarget;

describe('an account with an endpoint of its own', () => {
  const america = useService();
  const europe = new Service();
  const hotel = { ...HOTEL, account: 'us' };
  const clinic = { ...CLINIC, account: 'eu' };
  const hotelMapped = `Hotel Aurora, mapped to ${SKILL}`;
  const accounts = () =>
    vscode.workspace.getConfiguration('alexaNetworkMapping').inspect<Record<string, unknown>>('accounts')?.globalValue;
  const readers = ({ control }: Service) =>
    new Set(control.requests().map(({ operation, serviceProviderId }) => `${operation} ${serviceProviderId}`));

  before(() => europe.start());
  after(async () => {
    await configure({});
    await europe.stop();
  });
  beforeEach(async () => {
    america.control.reset();
    europe.control.reset();
    europe.control.setProvider({ serviceProviderId: CLINIC.id, skillId: OTHER_SKILL });
    await signOut();
    await configure({ user: [hotel, clinic] });
    await setSetting('accounts', { eu: { apiEndpoint: europe.url } }, Global);
    vscodeSpy.clearMessages();
  });
  afterEach(async () => {
    await signOut();
    await setSetting('accounts', undefined, Global);
  });

  it('is read and changed there, and the other accounts where the setting says', async () => {
    await signIn(america.accessToken, 'us');
    await signIn(europe.accessToken, 'eu');
    await expectSpoken(hotelMapped, `Clinic, mapped to ${OTHER_SKILL}`);
    await run('updateMapping', { serviceProviderId: CLINIC.id, skillId: SKILL });
    await expectSpoken(hotelMapped, `Clinic, mapped to ${SKILL}`);
    assert.equal(europe.truth[CLINIC.id], SKILL);
    assert.equal(america.truth[CLINIC.id], null);
    assert.deepEqual(readers(america), new Set([`get ${HOTEL.id}`]));
    vscodeSpy.answerNextModal('Undo');
    await run('undoLastChange');
    await expectSpoken(hotelMapped, `Clinic, mapped to ${OTHER_SKILL}`);
    assert.equal(europe.truth[CLINIC.id], OTHER_SKILL);
    assert.deepEqual(america.writes, []);
  });

  it('keeps its rows when the endpoint of another account changes', async () => {
    await signIn(america.accessToken, 'us');
    await signIn(europe.accessToken, 'eu');
    await expectSpoken(hotelMapped, `Clinic, mapped to ${OTHER_SKILL}`);
    europe.control.clearRequests();
    await setSetting('apiEndpoint', 'http://127.0.0.1:9', Global);
    await eventually(() => {
      assert.match(spoken()[0] ?? '', /^Hotel Aurora, (checking|could not be read)/);
    });
    assert.equal(spoken()[1], `Clinic, mapped to ${OTHER_SKILL}`);
    assert.deepEqual(europe.sent, []);
    await setSetting('apiEndpoint', america.url, Global);
  });

  it('sends nothing while its value cannot be used', async () => {
    await setSetting('accounts', { eu: { apiEndpoint: 'http://example.com' } }, Global);
    await signIn(america.accessToken, 'us');
    await signIn(europe.accessToken, 'eu');
    await expectSpoken(hotelMapped, 'Clinic, could not be read: API endpoint refused');
    assert.deepEqual(europe.sent, []);
  });

  it('can be set at sign-in, for the chosen account only', async () => {
    await setSetting('accounts', { us: { clientId: 'kept' } }, Global);
    await signIn(america.accessToken, 'us');
    await answer(
      () => run('signIn', { serviceProviderId: CLINIC.id }),
      turnAway(`Choose the Region… (${new URL(america.url).host})`),
      look(({ title, items }) => {
        assert.equal(title, 'Region of the Account eu');
        assert.deepEqual(
          items.map(({ label, detail }) => [label, detail]),
          [
            ['North America', 'https://api.amazonalexa.com'],
            ['Europe', 'https://api.eu.amazonalexa.com'],
            ['Other…', 'Enter the URL of an API endpoint.'],
          ],
        );
      }),
      choose('Other…'),
      enter(europe.url),
      choose('Paste an access token'),
      look(({ title }) => {
        assert.equal(title, 'Sign In with an Access Token');
      }),
      enter(europe.accessToken),
    );
    assert.deepEqual(accounts(), { us: { clientId: 'kept' }, eu: { apiEndpoint: europe.url } });
    await expectSpoken(hotelMapped, `Clinic, mapped to ${OTHER_SKILL}`);
    assert.deepEqual(readers(america), new Set([`get ${HOTEL.id}`]));
  });
});
