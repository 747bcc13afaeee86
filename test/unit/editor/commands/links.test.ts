import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EUROPE } from '../../../../src/core/model/marketplaces';
import { aProvider, mappedTo, signedInTo, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { chooses, enters, opened, presses, registered, setUserSetting, user } from '../../../support/fakeVscode';

const [A, B, NEW] = ['amzn1.comms.csp.id.a', 'amzn1.comms.csp.id.b', 'amzn1.comms.csp.id.new'] as const;
const EXTENSION = 'networkmapping.alexa-network-mapping';

let window: CommandWindow;

beforeEach(async () => {
  opened.length = 0;
  window = await CommandWindow.open([aProvider(A, { name: 'Hotel Aurora' }), aProvider(B)]);
  window.service.mappings.set(A, mappedTo(SKILL));
});

afterEach(async () => {
  await window.close();
});

describe('a link', () => {
  it('reveals the row of its service provider, and shows the view', async () => {
    await window.runner.openLink(`/serviceProvider/${A}`);
    expect(window.revealed).toEqual([{ id: A, showView: true }]);
    expect(user.told).toEqual([]);
  });

  it('adds an unknown service provider only if the user says so', async () => {
    user.will(presses(undefined));
    await window.runner.openLink(`/serviceProvider/${NEW}`);
    expect(user.prompts[0]).toMatchObject({ text: expect.stringContaining(NEW) as string });
    expect(window.store.provider(NEW)).toBeUndefined();
    expect(window.revealed).toEqual([]);

    user.will(presses('Add Service Provider…'), enters('New Hotel'));
    await window.runner.openLink(`/serviceProvider/${NEW}`);
    expect(window.store.provider(NEW)).toMatchObject({ name: 'New Hotel' });
  });

  it('says that the filter hides the row, and reveals it once the filter is cleared', async () => {
    window.hiddenIds.add(A);
    await window.runner.openLink(`/serviceProvider/${A}`);
    expect(window.revealed).toEqual([]);
    expect(user.notifications).toMatchObject([
      { text: 'Hotel Aurora is hidden by the filter.', buttons: ['Clear Filter'] },
    ]);
  });

  it.each([
    `/deleteMapping/${A}`,
    `/serviceProvider/${A}/${SKILL}`,
    `/serviceProvider/${SKILL}`,
    `/serviceProvider/"${NEW}"`,
    '/',
    '/signOut',
  ])('does nothing else: %s', async (path) => {
    await window.runner.openLink(path);
    expect(user.told).toEqual(['This link is not valid. Nothing was opened.']);
    expect(user.prompts).toEqual([]);
    expect(window.revealed).toEqual([]);
    expect(window.sent).toEqual([]);
  });
});

it('Open Documentation opens the page of the extension', async () => {
  const pages: unknown[] = [];
  registered.set('extension.open', (id) => pages.push(id));
  await window.run('openDocumentation');
  expect(pages).toEqual([EXTENSION]);
});

describe('Open ASP Console', () => {
  it('opens that of the marketplace of the only account', async () => {
    await window.run('openAspConsole');
    expect(opened).toEqual(['https://www.amazon.com/alexasmartproperties']);
  });

  it('asks for one of those of the account of the selected row, and of all accounts where no row is selected', async () => {
    await window.close();
    setUserSetting('alexaNetworkMapping.accounts', { europe: { apiEndpoint: EUROPE } });
    window = await CommandWindow.open([aProvider(A, { account: 'europe' }), aProvider(B)]);
    window.accounts.set('europe', true);
    window.store.setSessions(signedInTo('default', 'europe'));
    const offered = async () => {
      user.prompts.length = 0;
      user.will(chooses('Germany'));
      await window.run('openAspConsole');
      return user.prompts.flatMap((prompt) => (prompt.type === 'pick' ? prompt.items.map(({ label }) => label) : []));
    };
    const inEurope = ['United Kingdom', 'France', 'Italy', 'Germany', 'Spain'];
    expect(await offered()).toEqual(['United States', ...inEurope]);
    window.selectedIds.push(A);
    expect(await offered()).toEqual(inEurope);
    expect(opened).toEqual(Array(2).fill('https://www.amazon.de/alexasmartproperties'));
    window.selectedIds.splice(0, 1, B);
    await window.run('openAspConsole');
    expect(opened.at(-1)).toBe('https://www.amazon.com/alexasmartproperties');
  });
});

describe('Report Issue', () => {
  const reports: { readonly extensionId: string; readonly issueBody?: string }[] = [];

  beforeEach(() => {
    reports.length = 0;
    registered.set('workbench.action.openIssueReporter', (report) => reports.push(report as (typeof reports)[number]));
  });

  it('adds the report of a selected row that failed, without its name', async () => {
    window.service.unreadable.set(A, 'forbidden');
    await window.store.refresh([A]);
    window.selectedIds.push(A);
    await window.run('reportIssue');
    expect(reports).toHaveLength(1);
    expect(reports[0]?.issueBody).toContain(A);
    expect(reports[0]?.issueBody).toContain('Extension: `Alexa Network Mapping');
    expect(reports[0]?.issueBody).not.toContain('Hotel Aurora');
  });

  it('opens the issue reporter of VS Code', async () => {
    await window.run('reportIssue');
    expect(reports).toEqual([{ extensionId: EXTENSION }]);
  });
});
