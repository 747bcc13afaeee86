import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchMappingDocuments } from '../../../../src/editor/mappingFile/mappingDocuments';
import { aProvider, mappedTo, OTHER_SKILL, signedInTo, signedOut, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { DiagnosticSeverity, openFolder, presses, registered, user } from '../../../support/fakeVscode';

const [A, B] = ['amzn1.comms.csp.id.a', 'amzn1.comms.csp.id.b'] as const;
const TEXT = `// Production
{ "mappings": [
  { "serviceProviderId": "${A}", "skillId": "${SKILL}" },
  { "serviceProviderId": "${B}", "skillId": "${SKILL}" }
] }`;

let window: CommandWindow;
let watching: { dispose(): unknown };

beforeEach(async () => {
  window = await CommandWindow.open([aProvider(A, { name: 'Hotel' }), aProvider(B)]);
  window.service.mappings.set(A, mappedTo(SKILL)).set(B, mappedTo(OTHER_SKILL));
  openFolder.open('/workspace');
  openFolder.trust();
});

afterEach(async () => {
  watching.dispose();
  await window.close();
});

const watch = () => {
  watching = watchMappingDocuments(window.skills, window.store);
};
const open = (text = TEXT, file = 'hotels.network-mappings.json') => openFolder.openDocument(file, text);
type Document = ReturnType<typeof open>;
const titles = (document: Document) => openFolder.lenses(document).map(({ command }) => command.title);
const found = ({ uri, text }: Document) =>
  (openFolder.diagnostics.get(uri.path) ?? []).map(({ severity, message, range: { start } }) => [
    severity,
    message,
    text.split('\n')[start.line]?.slice(start.character, start.character + 40),
  ]);

describe('an open mapping file', () => {
  it('is compared once when it becomes visible, which only it shows', async () => {
    watch();
    const document = open();
    openFolder.show(document);
    await expect.poll(() => titles(document)[0]).toMatch(/^1 agrees, 1 differs · as of /);
    await expect
      .poll(() => found(document))
      .toEqual([
        [DiagnosticSeverity.Information, `The service differs: mapped to ${OTHER_SKILL}.`, `"${SKILL}`.slice(0, 40)],
      ]);
    openFolder.shown = [];
    openFolder.show(document);
    await expect.poll(() => window.results).toEqual(['succeeded']);
    expect([window.service.reads.length, user.told]).toEqual([2, []]);
  });

  it('is not compared before an account is signed in, nor in a workspace that is not trusted', async () => {
    openFolder.isTrusted = false;
    window.store.setSessions(signedOut);
    watch();
    const document = open();
    openFolder.show(document);
    await expect.poll(() => titles(document)[0]).toBe('2 not read');
    window.store.setSessions(signedInTo('default'));
    await expect.poll(() => titles(document)[0]).toBe('2 not read');
    expect(window.service.reads).toEqual([]);
    openFolder.trust();
    await expect.poll(() => window.service.reads.length).toBe(2);
  });

  it('shows what is read and changed by other means, without a request of its own', async () => {
    openFolder.isTrusted = false;
    watch();
    const document = open();
    await expect.poll(() => titles(document)[0]).toBe('2 not read');
    await window.store.refresh([B]);
    await expect.poll(() => found(document)).toHaveLength(1);
    window.service.mappings.set(B, mappedTo(SKILL));
    await window.store.refresh([B]);
    await expect.poll(() => found(document)).toEqual([]);
    expect(window.service.reads).toEqual([B, B]);
  });

  it('marks the rows that differ from it, until they agree or it is closed', async () => {
    const changed: string[] = [];
    const marks = () => [A, B].map((id) => window.store.differsFrom(id));
    watch();
    const document = open();
    openFolder.show(document);
    await expect.poll(marks).toEqual([undefined, 'hotels.network-mappings.json']);
    const other = open(TEXT, 'all\u202e.network-mappings.json');
    await expect.poll(marks).toEqual([undefined, 'hotels.network-mappings.json, all.network-mappings.json']);
    openFolder.close(other);
    await expect.poll(marks).toEqual([undefined, 'hotels.network-mappings.json']);
    window.service.mappings.set(B, mappedTo(SKILL));
    await window.store.refresh([B]);
    await expect.poll(marks).toEqual([undefined, undefined]);
    openFolder.edit(document, TEXT.replace(SKILL, OTHER_SKILL));
    await expect.poll(marks).toEqual(['hotels.network-mappings.json', undefined]);
    window.store.setSessions(signedOut);
    await expect.poll(marks).toEqual([undefined, undefined]);
    window.store.setSessions(signedInTo('default'));
    await window.store.refresh([A, B]);
    await expect.poll(marks).toEqual(['hotels.network-mappings.json', undefined]);
    window.store.events.on('providerChanged', (id) => changed.push(id));
    openFolder.close(document);
    await expect.poll(marks).toEqual([undefined, undefined]);
    expect(changed).toEqual([A]);
  });

  describe('lists the service providers that only it names', () => {
    const C = 'amzn1.comms.csp.id.c';
    const file = 'hotels.network-mappings.json';
    const listed = () => window.store.providers.map(({ id, name, account, file: of }) => [id, name, account, of]);
    const OWN = [
      [A, 'Hotel', undefined, undefined],
      [B, undefined, undefined, undefined],
    ];
    const text = JSON.stringify({
      account: 'eu',
      mappings: [
        { serviceProviderId: A, skillId: SKILL, name: 'Other' },
        { serviceProviderId: C, skillId: SKILL, name: 'Clinic' },
      ],
    });
    const OF_FILE = [C, 'Clinic', 'eu', file];

    it('while it is open, as it was saved last', async () => {
      watch();
      const document = open(text);
      await expect.poll(listed).toEqual([...OWN, OF_FILE]);
      openFolder.edit(document, text.replaceAll(C, `${C}d`));
      expect(listed()).toEqual([...OWN, OF_FILE]);
      await document.save();
      await expect.poll(listed).toEqual([...OWN, [`${C}d`, 'Clinic', 'eu', file]]);
      openFolder.close(document);
      expect(listed()).toEqual(OWN);
    });

    it('but not in a workspace that is not trusted', async () => {
      openFolder.isTrusted = false;
      watch();
      const document = open(text);
      await expect.poll(() => titles(document)[0]).toBe('1 not in your list, 1 of another account');
      expect(listed()).toEqual(OWN);
      openFolder.trust();
      expect(listed()).toEqual([...OWN, OF_FILE]);
    });

    it('until the changes in progress have completed', async () => {
      watch();
      const document = open(TEXT.replaceAll(A, C));
      const names = () => window.store.providers.map(({ id }) => id);
      await expect.poll(names).toEqual([A, B, C]);
      let release: () => void = () => expect.fail();
      const held = new Promise<void>((resolve) => (release = resolve));
      const send = window.service.change.bind(window.service);
      window.service.change = async (...args) => {
        await held;
        return send(...args);
      };
      const changes = [C, B].map((serviceProviderId) => ({
        change: { operation: 'update', serviceProviderId, skillId: SKILL } as const,
      }));
      const context = { operationId: 'x', stopSignal: new AbortController().signal };
      const changing = window.store.changeAll(changes, context, () => undefined);
      openFolder.close(document);
      expect(names()).toEqual([A, B, C]);
      release();
      await changing;
      expect(names()).toEqual([A, B]);
      expect(window.sent).toEqual([`update ${C}`, `update ${B}`]);
    });
  });

  it('shows the mapping of the entry that is pointed at', async () => {
    openFolder.isTrusted = false;
    watch();
    const document = open();
    await window.store.refresh([A]);
    await expect.poll(() => openFolder.hover(document, TEXT.indexOf(A))).toMatch(/^Hotel {2}\n.*The service agrees/s);
    expect(openFolder.hover(document, 0)).toBeUndefined();
  });

  it('is not compared again to show an entry, and only in one entry after one mapping has changed', async () => {
    openFolder.isTrusted = false;
    watch();
    const document = open();
    await window.store.refresh([A, B]);
    await expect.poll(() => titles(document)[0]).toMatch(/^1 agrees, 1 differs/);
    const compared: string[] = [];
    const sender = window.store.sender.bind(window.store);
    window.store.sender = (id) => {
      compared.push(id);
      return sender(id);
    };
    const hover = () => openFolder.hover(document, TEXT.indexOf(B));
    expect(hover()).toContain('The service differs');
    expect(compared).toEqual([]);
    window.service.mappings.set(B, mappedTo(SKILL));
    await window.store.refresh([B]);
    compared.length = 0;
    await expect.poll(hover).toContain('The service agrees');
    expect(new Set(compared)).toEqual(new Set([B]));
    openFolder.edit(document, TEXT.replaceAll(B, `${B}c`));
    expect(openFolder.hover(document, TEXT.indexOf(B))).toContain('id\\.bc');
  });

  it('completes the IDs of known service providers and skills by their names', async () => {
    window.skills.setConfigured([{ id: SKILL, name: 'Guest Calling' }]);
    watch();
    const document = open();
    await expect.poll(() => openFolder.completionProviders.length).toBe(1);
    const offered = (text: string) =>
      openFolder
        .completions(document, TEXT.indexOf(text) + 1)
        .map(({ label, detail, insertText }) => [label, detail, insertText]);
    expect(offered(`"${A}"`)).toEqual([
      ['Hotel', A, `"${A}"`],
      [B, '', `"${B}"`],
    ]);
    expect(offered(`"${SKILL}"`)).toEqual([['Guest Calling', SKILL, `"${SKILL}"`]]);
    expect(offered('// Production')).toEqual([]);
  });

  it('offers to update an entry that differs, or to apply it', async () => {
    watch();
    const document = open();
    await window.store.refresh([A, B]);
    await expect.poll(() => found(document)).toHaveLength(1);
    const [diagnostic = expect.fail()] = openFolder.diagnostics.get(document.uri.path) ?? [];
    const [update = expect.fail(), apply = expect.fail(), ...others] = openFolder.fixes(document, diagnostic);
    expect([update.title, apply.title, others]).toEqual([`Update ${B} in the file`, `Apply ${B} to the service…`, []]);
    expect(update.diagnostics).toEqual([diagnostic]);
    user.will(presses('Apply'));
    const { command = '', arguments: args = [] } = apply.command ?? {};
    await registered.get(command)?.(...args);
    expect(window.sent).toEqual([`update ${B}`]);
    window.service.mappings.set(B, mappedTo(OTHER_SKILL));
    openFolder.apply(update.edit ?? expect.fail());
    expect(document.text).toBe(
      TEXT.slice(0, TEXT.lastIndexOf(SKILL)) + TEXT.slice(TEXT.lastIndexOf(SKILL)).replace(SKILL, OTHER_SKILL),
    );
  });

  it('offers no fixes for a file with errors, nor in a workspace that is not trusted', async () => {
    watch();
    const document = open();
    await window.store.refresh([A, B]);
    await expect.poll(() => found(document)).toHaveLength(1);
    const [diagnostic = expect.fail()] = openFolder.diagnostics.get(document.uri.path) ?? [];
    openFolder.isTrusted = false;
    expect(openFolder.fixes(document, diagnostic)).toEqual([]);
    openFolder.isTrusted = true;
    openFolder.edit(document, TEXT.replace('"mappings"', '"mapped": [], "mappings"'));
    expect(openFolder.fixes(document, diagnostic)).toEqual([]);
  });

  it('shows errors of meaning, but leaves those of structure to VS Code', async () => {
    watch();
    const document = open(`{ "mappings": [
      { "serviceProviderId": "${A}", "skillId": "\${profile:nowhere}" },
      { "serviceProviderId": "${B}" }
    ], "unknown": 1 }`);
    await expect
      .poll(() => found(document))
      .toEqual([[DiagnosticSeverity.Error, expect.stringContaining('for the profile nowhere'), expect.any(String)]]);
    window.skills.setWorkspaceSkills([{ id: SKILL, source: { folder: 'skill', profile: 'nowhere' } }]);
    await expect.poll(() => found(document)).toEqual([]);
  });

  it('shows where two open files disagree, until one is corrected or closed', async () => {
    watch();
    const document = open();
    const other = open(TEXT.replaceAll(SKILL, OTHER_SKILL), 'other.network-mappings.json');
    await expect.poll(() => found(document)).toHaveLength(2);
    expect(found(document)[0]?.[1]).toBe('other.network-mappings.json has another skill for this service provider.');
    openFolder.edit(other, TEXT);
    await expect.poll(() => found(document)).toEqual([]);
    openFolder.edit(other, TEXT.replaceAll(SKILL, OTHER_SKILL));
    await expect.poll(() => found(document)).toHaveLength(2);
    openFolder.close(other);
    await expect.poll(() => found(document)).toEqual([]);
  });
});
