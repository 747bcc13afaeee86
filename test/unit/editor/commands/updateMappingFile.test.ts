import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aProvider, mappedTo, OTHER_SKILL, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { openFolder, user } from '../../../support/fakeVscode';

const [A, B, C] = ['a', 'b', 'c'].map((end) => `amzn1.comms.csp.id.${end}`) as [string, string, string];
const TEXT = `// Production. Ask the desk first.
{
  "mappings": [
    { "serviceProviderId": "${A}", "skillId": "${SKILL}" }, // Aurora
    { "serviceProviderId": "${B}", "skillId": "${SKILL}" } // Borealis
  ]
}
`;

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open([aProvider(A), aProvider(B)]);
  window.service.mappings.set(A, mappedTo(SKILL)).set(B, mappedTo(OTHER_SKILL));
  openFolder.open('/workspace');
  openFolder.trust();
});

afterEach(async () => {
  await window.close();
});

const open = (text = TEXT) => openFolder.openDocument('hotels.network-mappings.json', text);
const run = (...args: unknown[]) => window.runner.execute('updateMappingFile', args);

describe('Update from Service', () => {
  it('writes what differs into the file, keeps all else, and leaves it to be saved', async () => {
    const document = open();
    await run(document.uri);
    expect(document.text).toBe(TEXT.replace(`"${SKILL}" } // Borealis`, `"${OTHER_SKILL}" } // Borealis`));
    expect([document.version, document.isDirty, openFolder.shown]).toEqual([2, true, [document]]);
    expect(user.told).toEqual(['Updated 1 entry of hotels.network-mappings.json. Review it, then save the file.']);
    expect(window.sent).toEqual([]);
  });

  it('changes nothing in a file that has the mappings already', async () => {
    window.service.mappings.set(B, mappedTo(SKILL));
    const document = open();
    await run(document.uri);
    expect([document.version, user.told]).toEqual([
      1,
      ['hotels.network-mappings.json has the mappings of the service. Nothing to update.'],
    ]);
  });

  it('updates the text as it is once all was read', async () => {
    const document = open();
    const running = run(document.uri);
    const get = window.service.get.bind(window.service);
    window.service.get = (...args) => {
      if (args[0] === B) openFolder.edit(document, `// Edited\n${TEXT}`);
      return get(...args);
    };
    await running;
    expect(document.text).toBe(`// Edited\n${TEXT.replace(`"${SKILL}" } // B`, `"${OTHER_SKILL}" } // B`)}`);
  });

  it('changes nothing if a mapping cannot be read', async () => {
    window.service.unreadable.set(A, 'serverError');
    const document = open();
    await run(document.uri);
    expect([document.text, window.results]).toEqual([TEXT, ['failed']]);
    expect(user.told[0]).toContain('so hotels.network-mappings.json was not updated');
  });

  it('changes nothing in a file with errors, nor in a workspace that is not trusted', async () => {
    await run(open('{ "mappings": [{}] }').uri);
    openFolder.documents = [];
    openFolder.isTrusted = false;
    await run(open().uri);
    expect(window.results).toEqual(['rejected', 'rejected']);
    expect(window.service.reads).toEqual([]);
  });

  it('updates those that only the file names, too', async () => {
    const document = open(TEXT.replaceAll(A, C));
    await run(document.uri);
    expect(window.merged).toEqual([]);
    expect(document.text).toContain(`"absent": [`);
  });
});
