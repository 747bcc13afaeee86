import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { shortId } from '../../src/core/model/identifiers';
import { OTHER_SKILL, SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { run } from './support/extension';
import { useListed } from './support/listed';
import { accept, answer, choose, enter, leave, look, turnAway } from './support/prompts';
import { elementsOf, row } from './support/rows';

const COUNT = 24;
const ALL = Array.from({ length: COUNT }, (_, index) => ({
  id: `amzn1.comms.csp.id.fleet-${index}`,
  name: `Fleet ${String(index).padStart(2, '0')}`,
}));
/** The first is not mapped; the second is mapped to the target skill already. */
const [FREE, ARRIVED] = [ALL[3]?.id ?? '', ALL[4]?.id ?? ''];

describe('a bulk operation', () => {
  const service = useListed(ALL, ({ control }) => {
    for (const { id } of ALL) control.setProvider({ serviceProviderId: id, skillId: SKILL });
    control.setProvider({ serviceProviderId: FREE, skillId: null });
    control.setProvider({ serviceProviderId: ARRIVED, skillId: OTHER_SKILL });
  });

  /** Runs a command from the menu of the first row, with all rows selected. */
  const onAll = (command: string) => () => {
    const elements = elementsOf(ALL.map(({ id }) => id));
    return run(command, elements[0], elements);
  };
  const mappedTo = (skillId: string | null) => ALL.filter(({ id }) => service.truth[id] === skillId).length;
  const lastMessage = () => vscodeSpy.messages.at(-1);
  /** Presses a button of the message that was shown last. */
  const press = (button: string) => () => {
    lastMessage()?.press(button);
    return Promise.resolve();
  };
  /** Waits until this many messages that are not modal were shown, and returns the last one. */
  const waitForMessages = (count: number) =>
    eventually(() => {
      const all = vscodeSpy.messages.filter(({ modal }) => !modal);
      assert.equal(all.length, count);
      return all.at(-1);
    });
  const refuseFirst = () => {
    const serviceProviderId = ALL[0]?.id ?? '';
    service.control.addFault({ operation: 'update', kind: 'answer', status: 403, serviceProviderId, count: 1 });
    return serviceProviderId;
  };

  it('previews the changes, asks for confirmation, makes them and reports the skipped ones', async () => {
    vscodeSpy.answerNextModal('Remap');
    await answer(
      onAll('updateMapping'),
      choose(OTHER_SKILL),
      look(({ title, items }) => {
        assert.equal(title, `Remap to ${OTHER_SKILL}`);
        assert.deepEqual(
          items.map(({ label, description = '' }) => `${label}: ${description}`),
          [
            ...ALL.filter(({ id }) => id !== FREE && id !== ARRIVED).map(
              ({ name }) => `${name}: ${shortId(SKILL)} → ${shortId(OTHER_SKILL)}`,
            ),
            'Fleet 03: skipped: not mapped',
            'Fleet 04: skipped: already mapped to this skill',
          ],
        );
      }),
      accept,
    );
    const dialog = vscodeSpy.messages.find(({ modal }) => modal);
    assert.equal(dialog?.text, 'Remap 22 of 24 service providers?');
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
    assert.equal(lastMessage()?.text, 'Remapped 22 of 24. Skipped 1 not mapped and 1 already mapped to this skill.');
    assert.deepEqual(lastMessage()?.buttons, ['Show Results', 'Undo']);
  });

  it('changes nothing when the user dismisses the preview or the confirmation', async () => {
    await answer(onAll('updateMapping'), choose(OTHER_SKILL), leave);
    vscodeSpy.answerNextModal('');
    await answer(onAll('updateMapping'), choose(OTHER_SKILL), accept);
    assert.deepEqual(service.writes, []);
  });

  it('skips what could not be read, and shows it first', async () => {
    service.control.addFault({ operation: 'get', kind: 'answer', status: 403, serviceProviderId: ALL[7]?.id ?? '' });
    vscodeSpy.answerNextModal('Delete Mapping');
    await answer(
      onAll('deleteMapping'),
      look(({ items }) => {
        assert.deepEqual([items[0]?.label, items.length], ['Fleet 07', 24]);
        assert.match(items[0]?.description ?? '', /^skipped: /);
        assert.equal(items[1]?.description, `${shortId(SKILL)} → not mapped`);
      }),
      accept,
    );
    assert.deepEqual([mappedTo(null), mappedTo(SKILL)], [23, 1]);
    assert.match(
      lastMessage()?.text ?? '',
      /^Deleted 22 of 24 mappings\. Skipped 1 not mapped and 1 that could not be read\.$/,
    );
  });

  it('shows each result when some have failed, and retries those as one bulk operation', async () => {
    const failing = refuseFirst();
    vscodeSpy.answerNextModal('Remap');
    await answer(onAll('updateMapping'), choose(OTHER_SKILL), accept);
    const message = lastMessage();
    assert.match(
      message?.text ?? '',
      /^Remapped 21 of 24\. Skipped 1 not mapped and 1 already mapped to this skill\. 1 failed\. Reason: .+\.$/,
    );
    assert.deepEqual([message?.severity, ...(message?.buttons ?? [])], ['error', 'Try Again', 'Show Results', 'Undo']);
    service.control.clearRequests();
    vscodeSpy.answerNextModal('Remap');
    await answer(
      press('Show Results'),
      look(({ items }) => {
        assert.deepEqual(
          items.slice(0, 6).map(({ label }) => label),
          ['Failed: 1', 'Fleet 00', 'Skipped: 2', 'Fleet 03', 'Fleet 04', 'Changed: 21'],
        );
        assert.equal(items.length, 27);
      }),
      turnAway('Retry Failed and Unsent Changes'),
    );
    await eventually(() => {
      assert.deepEqual(service.writes, [`PUT ${failing}`]);
      assert.equal(service.truth[failing], OTHER_SKILL);
    });
    // The retry reports its own success, which must not arrive in the next test.
    await waitForMessages(2);
  });

  it('shows details of one result after the other until the user dismisses the list', async () => {
    const failing = refuseFirst();
    vscodeSpy.answerNextModal('Remap');
    await answer(onAll('updateMapping'), choose(OTHER_SKILL), accept);
    const first = await waitForMessages(1);
    await answer(press('Show Results'), choose('Fleet 00'));
    await eventually(() => {
      assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.label, 'Error: Fleet 00');
    });
    const second = await waitForMessages(2);
    assert.deepEqual([second?.text, second?.buttons], [first?.text, first?.buttons]);
    await answer(press('Show Results'), choose('Fleet 05'));
    await waitForMessages(3);
    await answer(
      press('Show Results'),
      look((prompt) =>
        eventually(() => {
          assert.equal(prompt.active, 'Fleet 05');
        }),
      ),
      leave,
    );
    await waitForMessages(4);
    service.control.clearRequests();
    vscodeSpy.answerNextModal('Remap');
    await press('Try Again')();
    await eventually(() => {
      assert.equal(service.truth[failing], OTHER_SKILL);
    });
    // The retry reports its own success.
    assert.match((await waitForMessages(5))?.text ?? '', /^Remapped Fleet 00 to /);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('ends when the results are dismissed after all changes have succeeded', async () => {
    vscodeSpy.answerNextModal('Remap');
    await answer(onAll('updateMapping'), choose(OTHER_SKILL), accept);
    await waitForMessages(1);
    await answer(press('Show Results'), choose('Fleet 05'));
    await waitForMessages(2);
    await answer(press('Show Results'), leave);
    await run('refresh');
    await waitForMessages(2);
  });

  it('offers to sign in when the token was rejected, and then retries the changes', async () => {
    service.control.addFault({ operation: 'update', kind: 'answer', status: 401 });
    vscodeSpy.answerNextModal('Remap');
    // The access token is prompted for once, during the bulk operation.
    await answer(onAll('updateMapping'), choose(OTHER_SKILL), accept, leave);
    const message = await waitForMessages(1);
    assert.match(
      message?.text ?? '',
      /^Remapped 0 of 24\. Skipped 1 not mapped and 1 already mapped to this skill\. 22 failed\. /,
    );
    assert.deepEqual(message?.buttons, ['Sign In…', 'Show Results']);
    await answer(press('Sign In…'), leave);
    await waitForMessages(2);
    assert.equal(mappedTo(OTHER_SKILL), 1);
    service.control.clearFaults();
    vscodeSpy.answerNextModal('Remap');
    await answer(press('Sign In…'), choose('Paste an access token'), enter(service.accessToken), accept);
    await eventually(() => {
      assert.equal(mappedTo(OTHER_SKILL), 23);
    });
    assert.match((await waitForMessages(3))?.text ?? '', /^Remapped 22 of 22\./);
  });

  it('shows its progress next to that of a concurrent one', async () => {
    const headline = () => vscodeSpy.createdView(vscodeSpy.VIEW).view.message ?? '';
    const ids = ALL.map(({ id }) => id);
    service.control.setSwitches({ latencyMs: { min: 1_500, max: 1_500 } });
    vscodeSpy.answerNextModal('Delete Mapping');
    const remapping = run('updateMapping', { serviceProviderId: ids.slice(0, 2), skillId: OTHER_SKILL });
    const deleting = run('deleteMapping', { serviceProviderId: ids.slice(5, 8) });
    await eventually(() => {
      const [one = '', other = '', ...more] = headline().split(' · ').sort();
      assert.match(one, /^Deleting 3 mappings: \d of 3$/);
      assert.equal(other.replace(/\d of/, 'n of'), 'Remapping 2 service providers: n of 2');
      assert.deepEqual(more, []);
    });
    await Promise.all([remapping, deleting]);
    await eventually(() => {
      assert.match(headline(), /^\d+ mapped, \d+ not mapped · Updated /);
    });
  });

  it('makes as many changes as possible, each once, under rate limits and intermittent failures', async () => {
    service.control.setSwitches({ rateLimit: { perSecond: 50, burst: 5 } });
    service.control.addFault({ operation: 'update', kind: 'answer', status: 503, count: 3 });
    vscodeSpy.answerNextModal('Remap');
    await answer(onAll('updateMapping'), choose(OTHER_SKILL), accept);
    assert.match(
      lastMessage()?.text ?? '',
      /^Remapped 19 of 24\. Skipped 1 not mapped and 1 already mapped to this skill\. 3 failed\./,
    );
    const sent = service.control.requests().filter(({ operation, status }) => operation === 'update' && status !== 429);
    assert.equal(new Set(sent.map(({ serviceProviderId }) => serviceProviderId)).size, sent.length);
    for (const { id } of ALL) {
      const skillId = service.truth[id];
      assert.match(row(id).says, skillId ? new RegExp(`, mapped to ${skillId}$`) : /, not mapped$/);
    }
  });
});
