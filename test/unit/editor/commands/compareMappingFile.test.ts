import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aProvider, mappedTo, OTHER_SKILL, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { openFolder, user } from '../../../support/fakeVscode';

const [A, B, C] = ['a', 'b', 'c'].map((end) => `amzn1.comms.csp.id.${end}`) as [string, string, string];
const mappings = [A, B, C].map((serviceProviderId) => ({ serviceProviderId, skillId: SKILL }));

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open([aProvider(A), aProvider(B)]);
  window.service.mappings.set(A, mappedTo(SKILL)).set(B, mappedTo(OTHER_SKILL));
  openFolder.open('/workspace');
});

afterEach(async () => {
  await window.close();
});

const open = (text: string) => openFolder.openDocument('hotels.network-mappings.json', text);
const run = (...args: unknown[]) => window.runner.execute('compareMappingFile', args);

describe('Compare with Service', () => {
  it('reads what is in the list, shows the file and says how much agrees, also in a workspace that is not trusted', async () => {
    const document = open(JSON.stringify({ mappings }));
    await run(document.uri, [document.uri]);
    expect(user.told).toEqual(['hotels.network-mappings.json: 1 agrees, 1 differs, 1 not in your list']);
    expect([window.service.reads, openFolder.shown]).toEqual([[A, B], [document]]);
  });

  it('reads those that only the file names, too, in a trusted workspace', async () => {
    openFolder.trust();
    await run(open(JSON.stringify({ mappings })).uri);
    expect(user.told).toEqual(['hotels.network-mappings.json: 1 agrees, 2 differ']);
    expect([window.service.reads, window.merged]).toEqual([[A, B, C], []]);
  });

  it('works on the file of the active editor, and asks for one if there is none', async () => {
    await run();
    expect(user.told.splice(0)).toEqual(['Open a mapping file first. Its name ends with .network-mappings.json']);
    user.notifications.length = 0;
    openFolder.show(open(JSON.stringify({ mappings })));
    await run();
    expect(user.told).toHaveLength(1);
    expect(window.service.reads).toEqual([A, B]);
  });

  it('reports what could not be read among the rest', async () => {
    window.service.unreadable.set(B, 'serverError');
    await run(open(JSON.stringify({ mappings })).uri);
    expect(user.notifications).toMatchObject([
      { severity: 'error', text: expect.stringContaining('1 agrees, 1 not read, 1 not in your list') as unknown },
    ]);
  });

  it('says what is wrong with a file that has nothing to compare', async () => {
    await run(open('{').uri);
    expect(user.told[0]).toMatch(/^Correct the error in hotels\.network-mappings\.json first: /);
    expect(window.service.reads).toEqual([]);
  });

  it('rejects other arguments, such as service providers, and other files', async () => {
    await run({ serviceProviderId: A });
    await run(openFolder.openDocument('package.json', '{}').uri);
    expect(window.results).toEqual(['rejected', 'rejected']);
    expect(window.service.reads).toEqual([]);
  });
});
