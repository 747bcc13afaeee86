import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SkillNames } from '../../../../src/core/skills/skillNames';
import { followSkills } from '../../../../src/editor/skills/workspaceSkills';
import { aProvider, mappedTo, OTHER_SKILL, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { openFolder, registered, types, user } from '../../../support/fakeVscode';

const [A, B, C] = ['amzn1.comms.csp.id.a', 'amzn1.comms.csp.id.b', 'amzn1.comms.csp.id.c'] as const;
const IDS = [A, B, C];

let folder: string;
let window: CommandWindow;
let names: SkillNames;
let following: vscode.Disposable;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skills-'));
  openFolder.open(folder);
  window = await CommandWindow.open(IDS.map((id) => aProvider(id)));
  window.service.mappings.set(A, mappedTo(SKILL));
  names = new SkillNames();
  await write('calling/.ask/ask-states.json', { profiles: { default: { skillId: SKILL } } });
  await write('calling/skill-package/skill.json', MANIFEST);
});

afterEach(async () => {
  following.dispose();
  await window.close();
  await rm(folder, { recursive: true, force: true });
});

/** Updates come at most twice in a second. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

const MANIFEST = { manifest: { publishingInformation: { locales: { 'en-US': { name: 'Guest Calling' } } } } };

async function write(file: string, content: unknown): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), JSON.stringify(content));
}

const follow = () => {
  following = followSkills(names, window.store);
};
const followTrusted = async () => {
  follow();
  openFolder.trust();
  await eventually(() => names.nameOf(SKILL)).toBe('Guest Calling');
};
const states = (...ids: readonly string[]) =>
  JSON.stringify({ profiles: Object.fromEntries(ids.map((skillId, index) => [`p${index}`, { skillId }])) }, null, 2);
const openStates = async (...ids: readonly string[]) => {
  const document = openFolder.openDocument('calling/.ask/ask-states.json', states(...ids));
  await eventually(() => openFolder.lensProviders.length).toBe(1);
  return document;
};
const openManifest = async (content: unknown = MANIFEST) => {
  const document = openFolder.openDocument('calling/skill-package/skill.json', JSON.stringify(content));
  await eventually(() => openFolder.lensProviders.length).toBe(1);
  return document;
};
const titles = (document: Awaited<ReturnType<typeof openStates>>) =>
  openFolder.lenses(document).map(({ command: { title } }) => title.replace(/ · as of .*$/, ''));
const hints = () => [...openFolder.diagnostics.values()].flat().map(({ message, severity }) => ({ message, severity }));

describe('a workspace that is not trusted', () => {
  it('is not read, watched or searched for skills, whatever is open, until it is trusted', async () => {
    follow();
    const document = openFolder.openDocument('calling/.ask/ask-states.json', states(SKILL));
    openFolder.openDocument('calling/skill-package/skill.json', JSON.stringify(MANIFEST));
    // The fake fails the test if anything of the folder is read.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([names.workspaceSkills, openFolder.lensProviders, hints()]).toEqual([[], [], []]);

    openFolder.trust();
    await eventually(() => names.nameOf(SKILL)).toBe('Guest Calling');
    await eventually(() => titles(document)).toHaveLength(2);
    await eventually(hints).toHaveLength(1);
  });
});

describe('the files of a skill project', () => {
  it('are read again when one is saved, of which the watcher reports nothing', async () => {
    await followTrusted();
    const document = await openManifest();
    openFolder.edit(document, document.text.replace('Guest Calling', 'Room Calls'));
    await openFolder.save(document);
    await eventually(() => names.nameOf(SKILL)).toBe('Room Calls');
  });

  it('show nothing and load nothing before one of them is opened', async () => {
    await followTrusted();
    openFolder.openDocument('calling/package.json', '{}');
    openFolder.openDocument('node_modules/calling/skill-package/skill.json', JSON.stringify(MANIFEST));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(openFolder.lensProviders).toEqual([]);
  });

  it('show how many service providers each skill handles, as far as they were read', async () => {
    await followTrusted();
    const document = await openStates(SKILL, OTHER_SKILL);
    const nothing = 'Service providers not known yet, 3 not read yet';
    expect(titles(document)).toEqual([nothing, 'Map…', nothing, 'Map…']);
    expect(window.service.reads).toEqual([]);
    await window.store.refresh([A, B]);
    expect(titles(document)).toEqual([
      'Handles 1 service provider, 1 not read yet',
      'Map…',
      'Handles no service provider of your list, 1 not read yet',
      'Map…',
    ]);
    expect(openFolder.lenses(document).map(({ range }) => range.start.line)).toEqual([3, 3, 6, 6]);
  });

  it('are redrawn after mappings were read', async () => {
    await followTrusted();
    await openStates(SKILL);
    await window.store.refresh(IDS);
    let redraws = 0;
    openFolder.lensProviders[0]?.onDidChangeCodeLenses?.(() => (redraws += 1));
    // The last redraw is after all were read.
    await eventually(() => redraws).toBeGreaterThan(0);
  });

  it('show the skills of a manifest with their profiles, if it has several', async () => {
    await followTrusted();
    const document = await openManifest();
    await window.store.refresh(IDS);
    expect(titles(document)).toEqual(['Handles 1 service provider', 'Map…']);
    following.dispose();
    await write('calling/.ask/ask-states.json', {
      profiles: { default: { skillId: SKILL }, again: { skillId: SKILL }, live: { skillId: OTHER_SKILL } },
    });
    following = followSkills(names, window.store);
    await eventually(() => names.workspaceSkills.length).toBe(3);
    await eventually(() => titles(document)).toEqual([
      'again: Handles 1 service provider',
      'again: Map…',
      'live: Handles no service provider of your list',
      'live: Map…',
    ]);
  });

  it('are read as they are edited, also while they are not valid', async () => {
    await followTrusted();
    const document = await openStates(SKILL);
    for (const text of ['', '{', '{ "profiles": [', `{ "profiles": { "default": { "skillId": "${SKILL}`, '\u0000']) {
      openFolder.edit(document, text);
      expect(titles(document).length).toBeLessThanOrEqual(2);
    }
    openFolder.edit(document, states(OTHER_SKILL, OTHER_SKILL));
    expect(titles(document)).toHaveLength(4);
  });

  it('lead from a skill to its service providers in the list', async () => {
    await followTrusted();
    const document = await openStates(SKILL);
    const [show] = openFolder.lenses(document);
    const seen: unknown[] = [];
    registered.set('alexaNetworkMapping.serviceProviders.focus', () => seen.push('focus'));
    await registered.get(show?.command.command ?? '')?.(...(show?.command.arguments ?? []));
    expect([window.viewOptions.filter, seen]).toEqual([SKILL.slice('amzn1.ask.skill.'.length), ['focus']]);
    await window.store.refresh(IDS);
    openFolder.edit(document, states(OTHER_SKILL));
    expect(openFolder.lenses(document)[0]?.command.command).toBe('');
  });

  it('map a service provider that is not mapped to the skill', async () => {
    await followTrusted();
    const document = await openStates(SKILL);
    await window.store.refresh(IDS);
    const [, map] = openFolder.lenses(document);
    user.will((prompt) => {
      expect(prompt).toMatchObject({ type: 'pick', title: `Map to ${SKILL.slice('amzn1.ask.skill.'.length)}` });
      expect(prompt.type === 'pick' && prompt.items.map(({ label }) => label)).toEqual([B, C]);
      types(C)(prompt);
    });
    await registered.get(map?.command.command ?? '')?.(...(map?.command.arguments ?? []));
    expect(window.sent).toEqual([`create ${C}`]);
    expect(window.store.row(C)).toEqual(mappedTo(SKILL));
  });
});

describe('a manifest without the permission to handle calls', () => {
  it('has a hint that names it, until it is added or the document is closed', async () => {
    await followTrusted();
    const document = await openManifest();
    const expected = [
      {
        message:
          'Without the permission amazon_communication::calling, this skill cannot handle the calls of service providers.',
        severity: 2,
      },
    ];
    await eventually(hints).toEqual(expected);
    openFolder.edit(document, '{ "manifest": { "permissions": [{ "name": "amazon_communication::calling" }] } }');
    await eventually(hints).toEqual([]);
    openFolder.edit(document, '{ "manifest": { "permissions": [] } }');
    await eventually(hints).toEqual(expected);
    openFolder.close(document);
    expect(hints()).toEqual([]);
  });

  it('has none in a file of another tool, or of another folder', async () => {
    await followTrusted();
    openFolder.openDocument('web/skill.json', JSON.stringify(MANIFEST));
    openFolder.openDocument('../outside/skill-package/skill.json', JSON.stringify(MANIFEST));
    await openManifest({ manifest: { permissions: [{ name: 'amazon_communication::calling' }] } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(hints()).toEqual([]);
  });
});
