import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { shortId } from '../../src/core/identifiers';
import { OTHER_SKILL, SKILL } from '../support/builders';
import * as boundary from './support/boundary';
import { eventually } from './support/eventually';
import { run, signIn } from './support/extension';
import { accept, answer, choose, leave, look, turnAway } from './support/prompts';
import { elementsOf, row } from './support/rows';
import { useService } from './support/service';
import { configure } from './support/settings';

const COUNT = 24;
const ALL = Array.from({ length: COUNT }, (_, index) => ({
  id: `amzn1.comms.csp.id.fleet-${index}`,
  name: `Fleet ${String(index).padStart(2, '0')}`,
}));
/** These are not mapped at first, and this one is where the others are to go. */
const [FREE, ARRIVED] = [ALL[3]?.id ?? '', ALL[4]?.id ?? ''];

describe('an act on many', () => {
  const service = useService();

  before(async () => {
    await configure({ user: ALL });
    await signIn(service.accessToken);
  });
  after(() => configure({}));
  beforeEach(async () => {
    service.control.reset();
    for (const { id } of ALL) service.control.setProvider({ serviceProviderId: id, skillId: SKILL });
    service.control.setProvider({ serviceProviderId: FREE, skillId: null });
    service.control.setProvider({ serviceProviderId: ARRIVED, skillId: OTHER_SKILL });
    await run('refresh');
    service.control.clearRequests();
    boundary.forgetMessages();
  });

  /** Runs a command from the menu of the first row, with all rows selected. */
  const onAll = (command: string) => () => {
    const elements = elementsOf(ALL.map(({ id }) => id));
    return run(command, elements[0], elements);
  };
  const mappedTo = (skillId: string | null) => ALL.filter(({ id }) => service.truth[id] === skillId).length;
  const lastMessage = () => boundary.messages.at(-1);

  it('shows each change before, asks, makes them and says what was left out', async () => {
    boundary.answerNextModal('Remap');
    await answer(
      onAll('updateMapping'),
      choose(OTHER_SKILL),
      look(({ title, items }) => {
        assert.equal(title, `Remap to ${OTHER_SKILL}`);
        assert.deepEqual(
          items.map(({ label, description = '' }) => `${label}: ${description}`),
          ALL.filter(({ id }) => id !== FREE && id !== ARRIVED).map(
            ({ name }) => `${name}: ${shortId(SKILL)} → ${shortId(OTHER_SKILL)}`,
          ),
        );
      }),
      accept,
    );
    const dialog = boundary.messages.find(({ modal }) => modal);
    assert.equal(dialog?.text, 'Remap 22 service providers?');
    assert.deepEqual(
      service.writes.sort(),
      ALL.filter(({ id }) => id !== FREE && id !== ARRIVED)
        .map(({ id }) => `PUT ${id}`)
        .sort(),
    );
    assert.deepEqual([mappedTo(OTHER_SKILL), mappedTo(null)], [23, 1]);
    for (const { id } of ALL) {
      const skillId = service.truth[id];
      assert.match(row(id).says, skillId ? new RegExp(`, mapped to ${skillId}$`) : /, not mapped$/);
    }
    assert.equal(lastMessage()?.text, '22 of 22 changes made. 1 not mapped.');
    assert.deepEqual(lastMessage()?.buttons, ['Show Results']);
  });

  it('changes nothing when the person leaves the preview, or says no', async () => {
    await answer(onAll('updateMapping'), choose(OTHER_SKILL), leave);
    boundary.answerNextModal('');
    await answer(onAll('updateMapping'), choose(OTHER_SKILL), accept);
    assert.deepEqual(service.writes, []);
  });

  it('leaves out what could not be read, and shows it first', async () => {
    service.control.addFault({ operation: 'get', kind: 'answer', status: 403, serviceProviderId: ALL[7]?.id ?? '' });
    boundary.answerNextModal('Delete Mapping');
    await answer(
      onAll('deleteMapping'),
      look(({ items }) => {
        assert.deepEqual([items[0]?.label, items.length], ['Fleet 07', 23]);
        assert.match(items[0]?.description ?? '', /^left out: /);
        assert.equal(items[1]?.description, `${shortId(SKILL)} → not mapped`);
      }),
      accept,
    );
    assert.deepEqual([mappedTo(null), mappedTo(SKILL)], [23, 1]);
    assert.match(lastMessage()?.text ?? '', /^22 of 22 changes made\. 1 not mapped\. 1 could not be read\.$/);
  });

  it('names each result when some have failed, and makes those again as one act', async () => {
    const [failing] = ALL;
    service.control.addFault({
      operation: 'update',
      kind: 'answer',
      status: 403,
      serviceProviderId: failing?.id ?? '',
      count: 1,
    });
    boundary.answerNextModal('Remap');
    await answer(onAll('updateMapping'), choose(OTHER_SKILL), accept);
    const message = lastMessage();
    assert.match(message?.text ?? '', /^21 of 22 changes made\. 1 not mapped\. 1 failed\. First: Fleet 00 \(.+\)\.$/);
    assert.deepEqual([message?.severity, ...(message?.buttons ?? [])], ['error', 'Try Again', 'Show Results']);
    service.control.clearRequests();
    boundary.answerNextModal('Remap');
    await answer(
      () => {
        message?.press('Show Results');
        return Promise.resolve();
      },
      look(({ items }) => {
        assert.deepEqual(
          items.slice(0, 3).map(({ label }) => label),
          ['Failed: 1', 'Fleet 00', 'Made: 21'],
        );
        assert.equal(items.length, 24);
      }),
      turnAway('Try Again What Was Not Made'),
    );
    await eventually(() => {
      assert.deepEqual(service.writes, [`PUT ${failing?.id ?? ''}`]);
      assert.equal(service.truth[failing?.id ?? ''], OTHER_SKILL);
    });
  });

  it('makes as many as it can, each once, while the service limits and fails at times', async () => {
    service.control.setSwitches({ rateLimit: { perSecond: 50, burst: 5 } });
    service.control.addFault({ operation: 'update', kind: 'answer', status: 503, count: 3 });
    boundary.answerNextModal('Remap');
    await answer(onAll('updateMapping'), choose(OTHER_SKILL), accept);
    assert.match(lastMessage()?.text ?? '', /^19 of 22 changes made\. 1 not mapped\. 3 failed\./);
    const sent = service.control.requests().filter(({ operation, status }) => operation === 'update' && status !== 429);
    assert.equal(new Set(sent.map(({ serviceProviderId }) => serviceProviderId)).size, sent.length);
    for (const { id } of ALL) {
      const skillId = service.truth[id];
      assert.match(row(id).says, skillId ? new RegExp(`, mapped to ${skillId}$`) : /, not mapped$/);
    }
  });
});
