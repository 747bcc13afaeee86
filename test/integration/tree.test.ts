import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { run, signIn } from './support/extension';
import { answerInputBox } from './support/prompts';
import { expectSpoken, row, rows, spoken, watchRedraws } from './support/rows';
import { CLINIC, HARBOUR, HOTEL, useService, VILLA } from './support/service';
import { configure, listIn } from './support/settings';
import { replace } from './support/wrap';

describe('the list of service providers', () => {
  afterEach(() => configure({}));

  describe('follows the settings', () => {
    it('is initially empty', async () => {
      await expectSpoken();
      assert.equal(vscodeSpy.context.get('alexaNetworkMapping.providers'), 'none');
    });

    it('shows the list of the user immediately and after each change', async () => {
      await configure({ user: [HOTEL] });
      await expectSpoken('Hotel Aurora, signed out');
      assert.equal(vscodeSpy.context.get('alexaNetworkMapping.providers'), 'some');

      await configure({ user: [VILLA, { ...HOTEL, name: 'Hotel Borealis' }] });
      await expectSpoken('amzn1.comms.csp.id.villa, signed out', 'Hotel Borealis, signed out');

      await configure({});
      await expectSpoken();
    });

    it('shows the list of the workspace instead of the user’s, as long as there is one', async () => {
      await configure({ user: [HOTEL], workspace: [CLINIC] });
      await expectSpoken('Clinic, signed out');
      await configure({ user: [HOTEL], workspace: [] });
      await expectSpoken();
      await configure({ user: [HOTEL] });
      await expectSpoken('Hotel Aurora, signed out');
    });

    it('has a row that opens the setting for each invalid entry, next to the valid ones', async () => {
      await configure({
        user: [
          HOTEL,
          'amzn1.comms.csp.id.text',
          null,
          {},
          { id: 7 },
          { id: 'a b' },
          { id: 'x', name: [] },
          HOTEL,
          VILLA,
        ],
      });
      await eventually(() => {
        assert.equal(rows().length, 9);
      });
      const [hotel, ...others] = rows();
      const villa = others.pop();
      assert.deepEqual([hotel?.id, villa?.id], [HOTEL.id, VILLA.id]);
      assert.deepEqual(
        others.map(({ label, description }) => `${label}: ${description}`),
        [
          'Entry 2: Expected an object such as { "id": "amzn1.comms.csp.id.…", "name": "…" }',
          'Entry 3: Expected an object such as { "id": "amzn1.comms.csp.id.…", "name": "…" }',
          'Entry 4: The entry has no "id".',
          'Entry 5: "id" must be a string.',
          'Entry 6: An ID has no spaces, line breaks or invisible characters. Expected amzn1.comms.csp.id.…',
          'Entry 7: "name" and "account" must be strings.',
          'Entry 8: Same ID as entry 1. Remove one of them.',
        ],
      );
      for (const { says, label, description, words, command } of others) {
        assert.equal(says, `${label}, cannot be used: ${description}`);
        assert.deepEqual(words, ['invalid']);
        assert.equal(command, 'alexaNetworkMapping.openServiceProvidersSetting');
      }
      assert.equal(new Set(rows().map(({ id }) => id)).size, 9);
    });

    it('has one row if the setting is not a list', async () => {
      await configure({ user: { id: HOTEL.id } });
      await expectSpoken('Service providers setting, cannot be used: The setting must be a list of service providers.');
    });

    it('opens the settings file that contains an invalid entry', async () => {
      await configure({ workspace: [7] });
      await eventually(() => {
        assert.equal(rows().length, 1);
      });
      await vscode.commands.executeCommand(rows()[0]?.command ?? '');
      await eventually(() => {
        assert.match(vscode.window.activeTextEditor?.document.fileName ?? '', /workspace.\.vscode.settings\.json$/);
      });
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });

    it('supports 1,000 service providers, and shows the first of them before the rest', async () => {
      const drawn: number[] = [];
      const provider = vscodeSpy.treeProvider(vscodeSpy.VIEW);
      const getChildren = provider.getChildren.bind(provider);
      const restore = replace(provider, 'getChildren', (row?: unknown) => {
        const children = getChildren(row);
        drawn.push((children as unknown[]).length);
        return children;
      });
      const many = Array.from({ length: 1000 }, (_, index) => ({
        id: `amzn1.comms.csp.id.${index}`,
        name: `No. ${index}`,
      }));
      try {
        await configure({ user: many });
        await eventually(() => {
          assert.deepEqual(
            spoken(),
            many.map(({ name }) => `${name}, signed out`),
          );
        });
      } finally {
        restore();
      }
      const sizes = new Set(drawn);
      assert.ok(sizes.has(300), [...sizes].join());
      assert.deepEqual([...sizes].at(-1), 1000);
    });
  });

  describe('can be changed by commands, which', () => {
    it('remove from the list that is in effect and leave the rest of it unchanged', async () => {
      const odd = { id: 'a b', comment: 'kept' };
      await configure({ user: [HOTEL, VILLA], workspace: [odd, HOTEL, CLINIC] });
      await eventually(() => {
        assert.equal(rows().length, 3);
      });
      await run('removeServiceProvider', { serviceProviderId: HOTEL.id });
      assert.deepEqual(listIn('workspaceValue'), [odd, CLINIC]);
      assert.deepEqual(listIn('globalValue'), [HOTEL, VILLA]);
      await eventually(() => {
        assert.deepEqual(
          rows().map(({ label }) => label),
          ['Entry 1', 'Clinic'],
        );
      });
    });

    it('add to the user’s list if the workspace has none', async () => {
      await configure({ user: [HOTEL] });
      await expectSpoken('Hotel Aurora, signed out');
      await answerInputBox('Villa', () => run('addServiceProvider', { serviceProviderId: VILLA.id }));
      assert.deepEqual(listIn('globalValue'), [HOTEL, { ...VILLA, name: 'Villa' }]);
      await expectSpoken('Hotel Aurora, signed out', 'Villa, signed out');
    });

    it('rename only in the list of the workspace if there is one', async () => {
      await configure({ user: [HOTEL], workspace: [HOTEL] });
      await expectSpoken('Hotel Aurora, signed out');
      await answerInputBox('Hotel Borealis', () => run('renameServiceProvider', { serviceProviderId: HOTEL.id }));
      assert.deepEqual(listIn('workspaceValue'), [{ id: HOTEL.id, name: 'Hotel Borealis' }]);
      assert.deepEqual(listIn('globalValue'), [HOTEL]);
    });

    it('change nothing in a setting that is not a list', async () => {
      await configure({ user: 'amzn1.comms.csp.id.text' });
      await eventually(() => {
        assert.equal(rows()[0]?.label, 'Service providers setting');
      });
      vscodeSpy.clearMessages();
      await answerInputBox('', () => run('addServiceProvider', { serviceProviderId: HOTEL.id }));
      assert.equal(listIn('globalValue'), 'amzn1.comms.csp.id.text');
      assert.match(vscodeSpy.messages[0]?.text ?? '', /not a list\. Correct it and try again; nothing was changed\.$/);
    });
  });

  describe('shows the mappings of the service', () => {
    const service = useService();

    before(() => signIn(service.accessToken));
    beforeEach(async () => {
      service.control.reset();
      await configure({ user: [HOTEL, HARBOUR, CLINIC, VILLA] });
      await run('refresh');
    });

    it('with the documented labels', () => {
      assert.deepEqual(spoken(), [
        `Hotel Aurora, mapped to ${SKILL}`,
        `Harbour House, mapped to ${OTHER_SKILL}`,
        'Clinic, not mapped',
        'amzn1.comms.csp.id.villa, not mapped',
      ]);
    });

    it('automatically for a service provider added to the list while the view is visible', async () => {
      await configure({ user: [HOTEL] });
      await eventually(() => {
        assert.equal(rows().length, 1);
      });
      service.control.clearRequests();
      await configure({ user: [HOTEL, CLINIC] });
      await expectSpoken(`Hotel Aurora, mapped to ${SKILL}`, 'Clinic, not mapped');
      assert.deepEqual(service.sent, [`GET ${CLINIC.id}`]);
      assert.deepEqual(service.lookUps, [CLINIC.id]);
    });

    it('of one that the service does not know, which is said when it is added and forgotten when it is refreshed', async () => {
      const id = 'amzn1.comms.csp.id.unknown';
      await configure({ user: [HOTEL] });
      vscodeSpy.clearMessages();
      await answerInputBox('Annex', () => run('addServiceProvider', { serviceProviderId: id }));
      await expectSpoken(`Hotel Aurora, mapped to ${SKILL}`, 'Annex, unknown service provider');
      await eventually(() => {
        assert.match(
          vscodeSpy.messages[0]?.text ?? '',
          /^Annex was added, but the service has no such service provider\./,
        );
      });
      service.control.setProvider({ serviceProviderId: id });
      await run('refreshServiceProvider', { serviceProviderId: id });
      await expectSpoken(`Hotel Aurora, mapped to ${SKILL}`, 'Annex, not mapped');
      service.control.removeProvider(id);
    });

    it('shows that it is checking during a read, and still shows the last known mapping', async () => {
      service.control.addFault({ operation: 'get', serviceProviderId: HOTEL.id, kind: 'hang', count: 1 });
      service.control.clearRequests();
      const running = run('refreshServiceProvider', { serviceProviderId: HOTEL.id });
      await service.control.waitForRequest(({ serviceProviderId }) => serviceProviderId === HOTEL.id);
      const { says, description } = row(HOTEL.id);
      assert.equal(says, 'Hotel Aurora, checking');
      assert.ok(description !== '' && SKILL.endsWith(description), description);
      await run('refreshServiceProvider', { serviceProviderId: HOTEL.id });
      await running;
      assert.equal(row(HOTEL.id).says, `Hotel Aurora, mapped to ${SKILL}`);
    });

    it('redraws only the rows that change, with the same IDs', async () => {
      const before = rows().map(({ id }) => id);
      assert.deepEqual(before, [HOTEL.id, HARBOUR.id, CLINIC.id, VILLA.id]);
      service.control.setProvider({ serviceProviderId: CLINIC.id, skillId: THIRD_SKILL });
      const watch = await watchRedraws();
      await run('refreshServiceProvider', { serviceProviderId: CLINIC.id });
      await eventually(() => {
        assert.ok(watch.redraws.length > 0);
      });
      watch.stop();
      assert.equal(row(CLINIC.id).says, `Clinic, mapped to ${THIRD_SKILL}`);
      assert.deepEqual(new Set(watch.redraws.flatMap((ids) => ids ?? ['all'])), new Set([CLINIC.id]));
      await run('refresh');
      assert.deepEqual(
        rows().map(({ id }) => id),
        before,
      );
    });

    it('still shows the last known mapping with its time when it can no longer be read', async () => {
      service.control.addFault({ operation: 'get', serviceProviderId: HOTEL.id, kind: 'answer', status: 403 });
      await run('refresh');
      const hotel = row(HOTEL.id);
      assert.match(hotel.says, /^Hotel Aurora, could not be read: \S/);
      assert.match(hotel.description, /7d9ef6a0\S*, last read \d/);
      assert.deepEqual(hotel.words, ['provider', 'mapped', 'failed', 'listed']);
      assert.equal(row(CLINIC.id).says, 'Clinic, not mapped');

      service.control.clearFaults();
      await run('refresh');
      assert.equal(row(HOTEL.id).says, `Hotel Aurora, mapped to ${SKILL}`);
      assert.deepEqual(row(HOTEL.id).words, ['provider', 'mapped', 'listed']);
    });

    it('distinguishes the states by icons as well as text, and not only by color', async () => {
      service.control.addFault({ operation: 'get', serviceProviderId: HARBOUR.id, kind: 'answer', status: 403 });
      await run('refresh');
      const icons = [HOTEL, HARBOUR, CLINIC].map(({ id }) => row(id).icon);
      assert.equal(new Set(icons).size, 3, icons.join());
    });

    it('discards the last known mapping of a service provider removed from the list', async () => {
      await configure({ user: [HOTEL] });
      await eventually(() => {
        assert.equal(rows().length, 1);
      });
      service.control.setProvider({ serviceProviderId: CLINIC.id, skillId: SKILL });
      await configure({ user: [HOTEL, CLINIC] });
      await expectSpoken(`Hotel Aurora, mapped to ${SKILL}`, `Clinic, mapped to ${SKILL}`);
    });
  });
});
