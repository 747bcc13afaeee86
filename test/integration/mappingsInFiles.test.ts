import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { OTHER_SKILL, SKILL } from '../support/builders';
import { eventually } from './support/eventually';
import { run } from './support/extension';
import { useListed } from './support/listed';
import { answer, choose } from './support/prompts';
import { row } from './support/rows';
import { listIn } from './support/settings';
import * as vscodeSpy from './support/vscodeSpy';
import { replace } from './support/wrap';

const AURORA = { id: 'amzn1.comms.csp.id.aurora', name: 'Hotel Aurora' };
const BERLIN = { id: 'amzn1.comms.csp.id.berlin', name: 'Berlin' };
const NEW = { id: 'amzn1.comms.csp.id.new', name: 'Chalet' };

describe('a file with mappings', () => {
  const service = useListed([AURORA, BERLIN], ({ control }) => {
    control.setProvider({ serviceProviderId: AURORA.id, skillId: SKILL });
    control.setProvider({ serviceProviderId: BERLIN.id, skillId: OTHER_SKILL });
    control.setProvider({ serviceProviderId: NEW.id, skillId: null });
  });
  let folder = '';
  let putBack: (() => void)[] = [];
  const file = () => path.join(folder, 'mappings.csv');
  const lastMessage = () => vscodeSpy.messages.at(-1);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mappings-'));
    const uri = vscode.Uri.file(file());
    putBack = [
      replace(vscode.window, 'showOpenDialog', () => Promise.resolve([uri])),
      replace(vscode.window, 'showSaveDialog', () => Promise.resolve(uri)),
    ];
  });
  after(async () => {
    for (const each of putBack) each();
    await rm(folder, { recursive: true });
  });

  it('is exported with names and skills, and importing it again has nothing to change', async () => {
    await run('exportMappings');
    const text = await readFile(file(), 'utf8');
    for (const { id, name } of [AURORA, BERLIN]) assert.ok(text.includes(id) && text.includes(name), text);
    assert.ok(text.includes(SKILL) && text.includes(OTHER_SKILL), text);
    await answer(() => run('importServiceProviders'), choose('Map 2 as Listed…'));
    assert.equal(lastMessage()?.text, 'Nothing to change. Skipped 2 already mapped to this skill.');
    assert.deepEqual(service.writes, []);
  });

  it('maps what it lists after a preview and a confirmation, and that can be undone', async () => {
    await writeFile(
      file(),
      `id,name,skillId\n${AURORA.id},,${OTHER_SKILL}\n${BERLIN.id},,${OTHER_SKILL}\n${NEW.id},${NEW.name},${SKILL}\n`,
    );
    vscodeSpy.answerNextModal('Apply');
    await answer(() => run('importServiceProviders'), choose('Add 1, and Map 3 as Listed…'));
    const dialog = vscodeSpy.messages.find(({ modal }) => modal);
    assert.equal(dialog?.text, 'Apply 2 changes?');
    assert.deepEqual(dialog.detail.split('\n').slice(0, 2), [
      `Hotel Aurora: ${SKILL} → ${OTHER_SKILL}`,
      `Chalet: not mapped → ${SKILL}`,
    ]);
    assert.equal(lastMessage()?.text, 'Changed 2 of 3. Skipped 1 already mapped to this skill.');
    assert.deepEqual(listIn('globalValue'), [AURORA, BERLIN, NEW]);
    assert.deepEqual(service.writes.sort(), [`POST ${NEW.id}`, `PUT ${AURORA.id}`].sort());
    assert.match(row(NEW.id).says, new RegExp(`mapped to ${SKILL}$`));
    vscodeSpy.answerNextModal('Undo');
    lastMessage()?.press('Undo');
    await eventually(() => {
      assert.deepEqual(
        [AURORA, BERLIN, NEW].map(({ id }) => service.truth[id]),
        [SKILL, OTHER_SKILL, null],
      );
    });
  });
});
