import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import * as boundary from './support/boundary';
import { run, signIn } from './support/extension';
import { accept, answer, look } from './support/prompts';
import { row } from './support/rows';
import { CLINIC, HARBOUR, HOTEL, useService, VILLA } from './support/service';
import { configure } from './support/settings';

const ALL = [HOTEL, HARBOUR, CLINIC, VILLA];

describe('undoing the last change of a mapping', () => {
  const service = useService();

  before(async () => {
    await configure({ user: ALL });
    await signIn(service.accessToken);
  });
  after(() => configure({}));
  beforeEach(async () => {
    await configure({ user: ALL });
    service.control.reset();
    await run('refresh');
    boundary.forgetMessages();
  });

  const dialog = () => boundary.messages.findLast(({ modal }) => modal);
  const undo = () => run('undoLastChange');

  it('puts back what was remapped, after asking', async () => {
    await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
    boundary.answerNextModal('Undo');
    await undo();
    assert.equal(dialog()?.text, 'Undo the change of Hotel Aurora?');
    assert.match(dialog()?.detail ?? '', new RegExp(`Now: ${THIRD_SKILL}\nAgain: ${SKILL}\n`));
    assert.equal(service.truth[HOTEL.id], SKILL);
    assert.equal(row(HOTEL.id).says, `Hotel Aurora, mapped to ${SKILL}`);
  });

  it('deletes what was created, and creates what was deleted', async () => {
    await run('createMapping', { serviceProviderId: CLINIC.id, skillId: SKILL });
    boundary.answerNextModal('Undo');
    await undo();
    assert.equal(service.truth[CLINIC.id], null);
    boundary.answerNextModal('Delete Mapping');
    await run('deleteMapping', { serviceProviderId: HOTEL.id });
    boundary.answerNextModal('Undo');
    await undo();
    assert.equal(service.truth[HOTEL.id], SKILL);
  });

  it('takes back a whole act, and one after the other goes back in time', async () => {
    await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
    await run('updateMapping', { serviceProviderId: [HOTEL.id, HARBOUR.id], skillId: 'amzn1.ask.skill.last' });
    boundary.answerNextModal('Undo');
    await undo();
    assert.equal(dialog()?.text, 'Undo 2 changes?');
    assert.deepEqual([service.truth[HOTEL.id], service.truth[HARBOUR.id]], [THIRD_SKILL, OTHER_SKILL]);
    boundary.answerNextModal('Undo');
    await undo();
    assert.equal(service.truth[HOTEL.id], SKILL);
  });

  it('changes nothing without a yes', async () => {
    await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
    boundary.answerNextModal('');
    await undo();
    assert.equal(service.truth[HOTEL.id], THIRD_SKILL);
  });

  it('shows the three values and asks when somebody has changed it since', async () => {
    await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
    service.control.setProvider({ serviceProviderId: HOTEL.id, skillId: OTHER_SKILL });
    boundary.answerNextModal('');
    await undo();
    assert.match(dialog()?.text ?? '', /^Hotel Aurora was changed again since\./);
    assert.match(
      dialog()?.detail ?? '',
      new RegExp(`Before: ${SKILL}\nYour change: ${THIRD_SKILL}\nNow: ${OTHER_SKILL}\n`),
    );
    assert.equal(service.truth[HOTEL.id], OTHER_SKILL);
    boundary.answerNextModal('Put Back');
    await undo();
    assert.equal(service.truth[HOTEL.id], SKILL);
  });

  it('of many leaves out what somebody has changed since, unless it is taken in', async () => {
    await run('updateMapping', { serviceProviderId: [HOTEL.id, HARBOUR.id], skillId: THIRD_SKILL });
    service.control.setProvider({ serviceProviderId: HOTEL.id, skillId: OTHER_SKILL });
    boundary.answerNextModal('Undo');
    await answer(
      undo,
      look(({ items }) => {
        assert.deepEqual(
          items.map(({ label }) => label),
          ['Hotel Aurora', 'Harbour House'],
        );
        assert.equal(
          items[0]?.detail,
          `Changed again since. Before: ${SKILL}. Your change: ${THIRD_SKILL}. Now: ${OTHER_SKILL}`,
        );
      }),
      accept,
    );
    assert.deepEqual([service.truth[HOTEL.id], service.truth[HARBOUR.id]], [OTHER_SKILL, OTHER_SKILL]);
  });

  it('says so when all is as it was before already', async () => {
    await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
    service.control.setProvider({ serviceProviderId: HOTEL.id, skillId: SKILL });
    service.control.clearRequests();
    await undo();
    assert.deepEqual(service.writes, []);
    assert.equal(boundary.messages[0]?.text, 'Hotel Aurora: all is as it was before the change already.');
    assert.deepEqual(boundary.messages[0].buttons, ['Show Change History']);
  });

  it('asks to add a provider that is not listed any more, and sends nothing', async () => {
    await run('updateMapping', { serviceProviderId: HARBOUR.id, skillId: THIRD_SKILL });
    await configure({ user: [HOTEL] });
    service.control.clearRequests();
    boundary.forgetMessages();
    await undo();
    assert.deepEqual(service.sent, []);
    assert.match(boundary.messages[0]?.text ?? '', /^Harbour House is not in your list/);
  });
});
