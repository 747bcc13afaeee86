import assert from 'node:assert/strict';
import { rename, rm, writeFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { extensionContext, run } from './support/extension';
import { useListed } from './support/listed';
import { accept, answer, look } from './support/prompts';
import { row } from './support/rows';
import { CLINIC, HARBOUR, HOTEL, VILLA } from './support/service';
import { configure } from './support/settings';

const ALL = [HOTEL, HARBOUR, CLINIC, VILLA];

describe('undoing the last change of a mapping', () => {
  const service = useListed(ALL);

  const dialog = () => vscodeSpy.messages.findLast(({ modal }) => modal);
  const undo = () => run('undoLastChange');

  it('reverts a remap after confirmation', async () => {
    await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
    vscodeSpy.answerNextModal('Undo');
    await undo();
    assert.equal(dialog()?.text, 'Undo the change of Hotel Aurora?');
    assert.match(dialog()?.detail ?? '', new RegExp(`Current: ${THIRD_SKILL}\nAfter undo: ${SKILL}\n`));
    assert.equal(service.truth[HOTEL.id], SKILL);
    assert.equal(row(HOTEL.id).says, `Hotel Aurora, mapped to ${SKILL}`);
  });

  it('deletes a created mapping, and recreates a deleted one', async () => {
    await run('createMapping', { serviceProviderId: CLINIC.id, skillId: SKILL });
    vscodeSpy.answerNextModal('Undo');
    await undo();
    assert.equal(service.truth[CLINIC.id], null);
    vscodeSpy.answerNextModal('Delete Mapping');
    await run('deleteMapping', { serviceProviderId: HOTEL.id });
    vscodeSpy.answerNextModal('Undo');
    await undo();
    assert.equal(service.truth[HOTEL.id], SKILL);
  });

  it('reverts a whole bulk operation, and earlier operations one by one', async () => {
    await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
    await run('updateMapping', { serviceProviderId: [HOTEL.id, HARBOUR.id], skillId: 'amzn1.ask.skill.last' });
    vscodeSpy.answerNextModal('Undo');
    await undo();
    assert.equal(dialog()?.text, 'Undo 2 changes?');
    assert.deepEqual([service.truth[HOTEL.id], service.truth[HARBOUR.id]], [THIRD_SKILL, OTHER_SKILL]);
    vscodeSpy.answerNextModal('Undo');
    await undo();
    assert.equal(service.truth[HOTEL.id], SKILL);
  });

  it('changes nothing without confirmation', async () => {
    await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
    vscodeSpy.answerNextModal('');
    await undo();
    assert.equal(service.truth[HOTEL.id], THIRD_SKILL);
  });

  it('shows the three values and asks for confirmation if it was changed since', async () => {
    await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
    service.control.setProvider({ serviceProviderId: HOTEL.id, skillId: OTHER_SKILL });
    vscodeSpy.answerNextModal('');
    await undo();
    assert.match(dialog()?.text ?? '', /^Hotel Aurora was changed again since\./);
    assert.match(
      dialog()?.detail ?? '',
      new RegExp(`Before: ${SKILL}\nYour change: ${THIRD_SKILL}\nCurrent: ${OTHER_SKILL}\n`),
    );
    assert.equal(service.truth[HOTEL.id], OTHER_SKILL);
    vscodeSpy.answerNextModal('Restore');
    await undo();
    assert.equal(service.truth[HOTEL.id], SKILL);
  });

  it('of a bulk operation skips what was changed since, unless the user selects it', async () => {
    await run('updateMapping', { serviceProviderId: [HOTEL.id, HARBOUR.id], skillId: THIRD_SKILL });
    service.control.setProvider({ serviceProviderId: HOTEL.id, skillId: OTHER_SKILL });
    vscodeSpy.answerNextModal('Undo');
    await answer(
      undo,
      look(({ items }) => {
        assert.deepEqual(
          items.map(({ label }) => label),
          ['Hotel Aurora', 'Harbour House'],
        );
        assert.equal(
          items[0]?.detail,
          `Changed again since. Before: ${SKILL}. Your change: ${THIRD_SKILL}. Current: ${OTHER_SKILL}`,
        );
      }),
      accept,
    );
    assert.deepEqual([service.truth[HOTEL.id], service.truth[HARBOUR.id]], [OTHER_SKILL, OTHER_SKILL]);
  });

  it('shows a message if the earlier mapping is already restored', async () => {
    await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
    service.control.setProvider({ serviceProviderId: HOTEL.id, skillId: SKILL });
    service.control.clearRequests();
    vscodeSpy.clearMessages();
    await undo();
    assert.deepEqual(service.writes, []);
    const [message] = vscodeSpy.messages;
    assert.equal(message?.text, 'Hotel Aurora already has its earlier mapping. Nothing to undo.');
    assert.deepEqual(message.buttons, ['Show Change History']);
  });

  it('says what to do if the journal cannot be read, and sends nothing', async () => {
    await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
    const folder = vscode.Uri.joinPath(extensionContext().globalStorageUri, 'journal').fsPath;
    service.control.clearRequests();
    vscodeSpy.clearMessages();
    await rename(folder, `${folder}.away`);
    try {
      await writeFile(folder, 'no folder');
      await undo();
    } finally {
      await rm(folder);
      await rename(`${folder}.away`, folder);
    }
    assert.deepEqual(service.sent, []);
    const [message, ...others] = vscodeSpy.messages;
    assert.deepEqual(others, []);
    assert.equal(message?.severity, 'warning');
    assert.equal(
      message.text,
      `The change history could not be read (ENOTDIR). There is a file in place of the folder ${folder}. Move the file away, then try again.`,
    );
  });

  it('asks to add a service provider that is no longer listed, and sends nothing', async () => {
    await run('updateMapping', { serviceProviderId: HARBOUR.id, skillId: THIRD_SKILL });
    await configure({ user: [HOTEL] });
    service.control.clearRequests();
    vscodeSpy.clearMessages();
    await undo();
    assert.deepEqual(service.sent, []);
    assert.match(vscodeSpy.messages[0]?.text ?? '', /^Harbour House is no longer in your list/);
  });
});
