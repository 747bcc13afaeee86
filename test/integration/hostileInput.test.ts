import assert from 'node:assert/strict';
import fc from 'fast-check';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { OTHER_SKILL, SKILL } from '../support/builders';
import { HOSTILE_PIECES, hostileJson, hostileText } from '../support/hostileText';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { run, signIn, signOut, unhandledErrors } from './support/extension';
import { dismissAll } from './support/prompts';
import { prompts, type Prompt } from './support/quickInputs';
import { HOTEL, useService } from './support/service';
import { configure } from './support/settings';

const OPEN_SETTING = 'alexaNetworkMapping.openServiceProvidersSetting';
/** Control characters, bidirectional formatting and line breaks. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** Tooltips have several lines. */
const ACTIVE_IN_LINES = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** An ID that the extension accepts although it contains this text. */
const idWith = (text: string) =>
  `amzn1.comms.csp.id.${text.replace(/[\p{C}\p{Z}\s\p{Default_Ignorable_Code_Point}\u2800]/gu, '')}`;

/** Texts that together contain all pieces. */
const TEXTS = Array.from({ length: Math.ceil(HOSTILE_PIECES.length / 3) }, (_, index) =>
  HOSTILE_PIECES.slice(3 * index, 3 * index + 3).join(' and '),
);
const HOSTILE_PROVIDERS = TEXTS.map((text, index) => ({
  id: idWith(`${index}-${text.slice(0, 120)}`),
  name: `N ${text}`,
}));

/** All tree items below a row, or all of the tree, resolved as when the user hovers over them. */
async function items(below?: unknown): Promise<vscode.TreeItem[]> {
  const tree = vscodeSpy.treeProvider(vscodeSpy.VIEW);
  const all: vscode.TreeItem[] = [];
  for (const element of (await tree.getChildren(below)) ?? []) {
    const item = await tree.getTreeItem(element);
    const token = new vscode.CancellationTokenSource().token;
    all.push((await tree.resolveTreeItem?.(item, element, token)) ?? item, ...(await items(element)));
  }
  return all;
}

function expectPlainText(item: vscode.TreeItem): void {
  const { label, description, tooltip, accessibilityInformation, command, iconPath } = item;
  for (const text of [label, description, accessibilityInformation?.label]) {
    // Never a MarkdownString: VS Code shows plain text without interpreting it.
    assert.ok(typeof text === 'string' || text === undefined, `a row has ${JSON.stringify(text)}`);
    assert.doesNotMatch(text ?? '', ACTIVE);
    assert.ok((text ?? '').length < 1_500, `a row has ${text?.length} characters`);
  }
  if (tooltip instanceof vscode.MarkdownString) expectInertMarkdown(tooltip, item.id ?? '');
  else assert.doesNotMatch(tooltip ?? '', ACTIVE_IN_LINES);
  assert.ok(command === undefined || command.command === OPEN_SETTING, `a row runs ${command?.command}`);
  assert.ok(iconPath instanceof vscode.ThemeIcon);
}

/** The commands that a tooltip may run. */
const COPY_COMMANDS = ['copyServiceProviderId', 'copySkillId'].map((name) => `alexaNetworkMapping.${name}`);

/** A tooltip is Markdown with links that copy IDs; everything else in it is escaped. */
function expectInertMarkdown(
  { value, isTrusted, supportHtml, supportThemeIcons }: vscode.MarkdownString,
  rowId: string,
): void {
  assert.deepEqual(isTrusted, { enabledCommands: COPY_COMMANDS });
  assert.ok(!supportHtml && !supportThemeIcons);
  assert.doesNotMatch(value, ACTIVE_IN_LINES);
  const [text = '', links = '', ...more] = value.split('\n\n');
  assert.deepEqual(more, []);
  assert.match(text, /^(?:\\[!-/:-@[-`{-~]|[^!-/:-@[-`{-~])*$/);
  for (const link of links.split(' · ')) {
    const [, command = '', query = ''] = /^\[Copy [\w ]+\]\(command:([\w.]+)\?([\w.~%-]+)\)$/.exec(link) ?? [];
    assert.ok(COPY_COMMANDS.includes(command), link);
    const [argument] = JSON.parse(decodeURIComponent(query)) as { serviceProviderId: string }[];
    // The ID of a row in a group begins with that of the group.
    assert.equal(rowId.split(' ').at(-1), argument?.serviceProviderId);
  }
}

function expectPlainTextPrompt({ title, box, items: picks }: Prompt): void {
  assert.doesNotMatch(title, ACTIVE);
  assert.doesNotMatch(box?.prompt ?? '', ACTIVE);
  assert.doesNotMatch(box?.prompt ?? '', /\]\(/);
  for (const { label, description = '', detail = '' } of picks) {
    for (const text of [label, description, detail]) {
      assert.doesNotMatch(text, ACTIVE);
      assert.doesNotMatch(text, /(?<!\\)\$\(/);
    }
  }
}

function expectPlainTextMessage({ text, detail, modal }: (typeof vscodeSpy.messages)[number]): void {
  assert.doesNotMatch(text, ACTIVE);
  assert.doesNotMatch(detail, ACTIVE_IN_LINES);
  // VS Code renders links in messages, but not in modal dialogs.
  if (!modal) assert.doesNotMatch(text, /\]\(/);
}

describe('hostile text', () => {
  const service = useService();
  before(() => signIn(service.accessToken));
  after(async () => {
    await run('viewAsList');
    await configure({});
  });
  beforeEach(() => {
    service.control.clearFaults();
    vscodeSpy.clearMessages();
  });

  it('is shown as plain text in rows and tooltips, without commands', async () => {
    const entry = fc.oneof(
      fc.record(
        { id: hostileText.map(idWith), name: hostileText, account: hostileText },
        { requiredKeys: ['id', 'name'] },
      ),
      fc.record({ id: hostileText, name: hostileText }, { requiredKeys: ['id'] }),
      hostileJson,
    );
    const seed = Date.now();
    const entries = fc.sample(entry, { numRuns: 400, seed });
    await configure({ user: [...entries, HOTEL] });
    const all = await eventually(async () => {
      const shown = await items();
      assert.ok(shown.length > 400, `seed ${seed}: ${shown.length} rows`);
      return shown;
    });
    for (const item of all) {
      try {
        expectPlainText(item);
      } catch (error) {
        throw new Error(`with the seed ${seed}: ${JSON.stringify(item)}`, { cause: error });
      }
    }
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  });

  it('is shown as plain text when it comes from the service', async () => {
    await configure({ user: HOSTILE_PROVIDERS });
    for (const [index, { id }] of HOSTILE_PROVIDERS.entries()) {
      service.control.setProvider({ serviceProviderId: id, skillId: `${TEXTS[index]} ${index}` });
    }
    await run('refresh');
    await run('groupBySkill');
    const all = await items();
    assert.ok(all.length > HOSTILE_PROVIDERS.length);
    all.forEach(expectPlainText);
    await run('viewAsList');
    const list = await items();
    assert.equal(list.length, HOSTILE_PROVIDERS.length);
    list.forEach(expectPlainText);
  });

  it('is escaped in messages and picks: no links, icons or control characters', async () => {
    await configure({ user: HOSTILE_PROVIDERS });
    for (const { id } of HOSTILE_PROVIDERS) service.control.setProvider({ serviceProviderId: id, skillId: SKILL });
    await run('refresh');
    const shownBefore = prompts.length;
    for (const [index, { id: serviceProviderId }] of HOSTILE_PROVIDERS.entries()) {
      const message = `${TEXTS[index]} says the service`;
      service.control.addFault({ kind: 'answer', status: 403, message, count: 1, operation: 'get' });
      await run('refreshServiceProvider', { serviceProviderId });
      await dismissAll(() => run('renameServiceProvider', { serviceProviderId }));
      await dismissAll(() => run('updateMapping', { serviceProviderId }));
      service.control.clearFaults();
      vscodeSpy.answerNextModal('Remap');
      await run('updateMapping', { serviceProviderId, skillId: OTHER_SKILL });
      vscodeSpy.answerNextModal('Delete Mapping');
      await run('deleteMapping', { serviceProviderId });
    }
    assert.ok(vscodeSpy.messages.length >= 3 * HOSTILE_PROVIDERS.length, `${vscodeSpy.messages.length} messages`);
    vscodeSpy.messages.forEach(expectPlainTextMessage);
    const shown = prompts.slice(shownBefore);
    assert.ok(shown.length >= 2 * HOSTILE_PROVIDERS.length, `${shown.length} prompts`);
    shown.forEach(expectPlainTextPrompt);
    assert.deepEqual(unhandledErrors, []);
  });

  it('is plain text in account prompts when it comes from the secret storage', async () => {
    const shownBefore = prompts.length;
    for (const text of TEXTS) await signIn(service.accessToken, text);
    await dismissAll(() => run('signOut'));
    await dismissAll(() => run('signIn'));
    const shown = prompts.slice(shownBefore);
    assert.ok(shown.some(({ items: picks }) => picks.length >= TEXTS.length));
    shown.forEach(expectPlainTextPrompt);
    vscodeSpy.messages.forEach(expectPlainTextMessage);
    await signOut();
    await signIn(service.accessToken);
  });
});
