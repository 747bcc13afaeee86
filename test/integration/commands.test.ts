import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { run, signIn, signOut } from './support/extension';
import { dismissAll } from './support/prompts';
import { row, spoken } from './support/rows';
import { CLINIC, HARBOUR, HOTEL, useService, VILLA } from './support/service';
import { configure, withUserSetting } from './support/settings';

const ALL = [HOTEL, HARBOUR, CLINIC, VILLA];

describe('a command with an argument', () => {
  const service = useService();

  before(() => configure({ user: ALL }));
  after(() => configure({}));

  const messages = () => vscodeSpy.messages.map(({ text }) => text);

  describe('when signed in', () => {
    before(() => signIn(service.accessToken));
    beforeEach(async () => {
      service.control.reset();
      await run('refresh');
      service.control.clearRequests();
      vscodeSpy.clearMessages();
    });

    it('maps one service provider with the documented request', async () => {
      await run('createMapping', { serviceProviderId: CLINIC.id, skillId: THIRD_SKILL });
      assert.equal(service.truth[CLINIC.id], THIRD_SKILL);
      assert.equal(row(CLINIC.id).says, `Clinic, mapped to ${THIRD_SKILL}`);
      const { status, headers, url, body } = service.lastRequest('POST');
      assert.equal(status, 201);
      assert.equal(url, `/v1/communications/serviceProviders/${CLINIC.id}/network`);
      assert.match(headers['content-type'] ?? '', /^application\/json\b/);
      assert.deepEqual(body, { networkType: 'SKILL', skillConfiguration: { skillId: THIRD_SKILL } });
      assert.deepEqual(messages(), [`Mapped Clinic to ${THIRD_SKILL}.`]);
      assert.deepEqual(vscodeSpy.messages[0]?.buttons, ['Undo']);
    });

    it('maps several, each once', async () => {
      await run('createMapping', { serviceProviderId: [CLINIC.id, VILLA.id, CLINIC.id], skillId: SKILL });
      assert.deepEqual(service.writes, [`POST ${CLINIC.id}`, `POST ${VILLA.id}`]);
      assert.deepEqual([service.truth[CLINIC.id], service.truth[VILLA.id]], [SKILL, SKILL]);
      assert.equal(row(VILLA.id).says, `${VILLA.id}, mapped to ${SKILL}`);
    });

    it('remaps one without confirmation if the user allows that, after it has read the current mapping', async () => {
      await run('updateMapping', { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
      assert.deepEqual(service.sent, [`GET ${HOTEL.id}`, `PUT ${HOTEL.id}`]);
      assert.equal(service.truth[HOTEL.id], THIRD_SKILL);
      assert.equal(row(HOTEL.id).says, `Hotel Aurora, mapped to ${THIRD_SKILL}`);
      assert.deepEqual(messages(), [`Remapped Hotel Aurora to ${THIRD_SKILL}.`]);
    });

    describe('that was not started in this window', () => {
      const change = { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL };

      it('asks for confirmation before a remap, with the current and the new skill', () =>
        withUserSetting('confirmCommands', true, async () => {
          vscodeSpy.answerNextModal('');
          await run('updateMapping', change);
          assert.deepEqual(service.writes, []);
          const [dialog] = vscodeSpy.messages;
          assert.ok(dialog?.modal);
          assert.equal(dialog.text, 'Remap Hotel Aurora?');
          assert.ok(dialog.detail.includes(`Current: ${SKILL}\nNew: ${THIRD_SKILL}\nService provider: ${HOTEL.id}`));
          vscodeSpy.answerNextModal('Remap');
          await run('updateMapping', change);
          assert.deepEqual(service.writes, [`PUT ${HOTEL.id}`]);
          assert.equal(vscodeSpy.messages.at(-1)?.text, `Remapped Hotel Aurora to ${THIRD_SKILL}.`);
        }));

      it('asks for confirmation before it maps', () =>
        withUserSetting('confirmCommands', undefined, async () => {
          vscodeSpy.answerNextModal('');
          await run('createMapping', { serviceProviderId: CLINIC.id, skillId: SKILL });
          assert.deepEqual(service.writes, []);
          assert.equal(vscodeSpy.messages[0]?.text, 'Map Clinic?');
        }));

      it('asks for confirmation regardless of the workspace settings', async () => {
        await withUserSetting('confirmCommands', undefined, async () => {
          const { Workspace } = vscode.ConfigurationTarget;
          const configuration = vscode.workspace.getConfiguration('alexaNetworkMapping');
          await assert.rejects(Promise.resolve(configuration.update('confirmCommands', false, Workspace)));
          vscodeSpy.answerNextModal('');
          await run('updateMapping', change);
          assert.deepEqual(service.writes, []);
        });
      });
    });

    it('remaps only those that are mapped to another skill', async () => {
      await run('updateMapping', { serviceProviderId: [HOTEL.id, HARBOUR.id], skillId: SKILL });
      assert.deepEqual(service.writes, [`PUT ${HARBOUR.id}`]);
      assert.equal(service.truth[HARBOUR.id], SKILL);
    });

    it('sends the skill ID exactly as given', async () => {
      const skillId = 'amzn1.alexa.skill.did.b0b0b0b0-0000-4000-8000-000000000001';
      await run('createMapping', { serviceProviderId: CLINIC.id, skillId });
      assert.equal(service.truth[CLINIC.id], skillId);
    });

    it('does not map a service provider that is mapped already, and the row shows its skill', async () => {
      service.control.setProvider({ serviceProviderId: CLINIC.id, skillId: OTHER_SKILL });
      await run('createMapping', { serviceProviderId: CLINIC.id, skillId: SKILL });
      assert.equal(service.truth[CLINIC.id], OTHER_SKILL);
      assert.equal(row(CLINIC.id).says, `Clinic, mapped to ${OTHER_SKILL}`);
      assert.deepEqual(messages(), [`Clinic is already mapped to ${OTHER_SKILL}. Nothing was changed.`]);
      assert.deepEqual(vscodeSpy.messages[0]?.buttons, ['Remap…']);
    });

    it('does not remap a service provider that is not mapped, and offers to map it', async () => {
      await run('updateMapping', { serviceProviderId: CLINIC.id, skillId: SKILL });
      assert.deepEqual(service.writes, []);
      assert.deepEqual(vscodeSpy.messages[0]?.buttons, ['Map to Skill…']);
    });

    it('refreshes all, or those given', async () => {
      service.control.setProvider({ serviceProviderId: HOTEL.id, skillId: null });
      service.control.setProvider({ serviceProviderId: CLINIC.id, skillId: SKILL });
      await run('refreshServiceProvider', { serviceProviderId: [CLINIC.id, VILLA.id] });
      assert.deepEqual(service.sent.sort(), [`GET ${CLINIC.id}`, `GET ${VILLA.id}`]);
      assert.equal(row(CLINIC.id).says, `Clinic, mapped to ${SKILL}`);
      assert.equal(row(HOTEL.id).says, `Hotel Aurora, mapped to ${SKILL}`);

      service.control.clearRequests();
      await run('refresh');
      assert.equal(row(HOTEL.id).says, 'Hotel Aurora, not mapped');
      assert.deepEqual(service.sent.sort(), ALL.map(({ id }) => `GET ${id}`).sort());
    });

    it('copies IDs one per line, and each skill once', async () => {
      await run('copyServiceProviderId', { serviceProviderId: [HOTEL.id, VILLA.id] });
      assert.equal(await vscode.env.clipboard.readText(), `${HOTEL.id}\n${VILLA.id}`);
      service.control.setProvider({ serviceProviderId: CLINIC.id, skillId: SKILL });
      await run('refresh');
      await run('copySkillId', { serviceProviderId: [HOTEL.id, CLINIC.id, HARBOUR.id, VILLA.id] });
      assert.equal(await vscode.env.clipboard.readText(), `${SKILL}\n${OTHER_SKILL}`);
    });

    it('copies no skill if none is mapped', async () => {
      await vscode.env.clipboard.writeText('as before');
      await run('copySkillId', { serviceProviderId: VILLA.id });
      assert.equal(await vscode.env.clipboard.readText(), 'as before');
      assert.equal(vscodeSpy.messages.length, 1);
    });

    it('deletes only after confirmation, in a dialog that says what stops working and what stays', async () => {
      // VS Code refuses to show dialogs while tests run.
      await run('deleteMapping', { serviceProviderId: HOTEL.id });
      assert.deepEqual(service.writes, []);
      assert.equal(service.truth[HOTEL.id], SKILL);
      const [dialog] = vscodeSpy.messages;
      assert.ok(dialog?.modal);
      assert.deepEqual(dialog.buttons, ['Delete Mapping']);
      assert.equal(dialog.text, 'Delete the mapping of Hotel Aurora?');
      assert.match(dialog.detail, new RegExp(`${SKILL} will no longer handle the calls of Hotel Aurora\\.`));
      assert.match(dialog.detail, /service provider is not deleted/);
    });

    it('deletes after confirmation', async () => {
      vscodeSpy.answerNextModal('Delete Mapping');
      await run('deleteMapping', { serviceProviderId: [HOTEL.id, HARBOUR.id, CLINIC.id] });
      assert.deepEqual(service.writes, [`DELETE ${HOTEL.id}`, `DELETE ${HARBOUR.id}`]);
      assert.deepEqual([service.truth[HOTEL.id], service.truth[HARBOUR.id]], [null, null]);
      assert.equal(row(HOTEL.id).says, 'Hotel Aurora, not mapped');
    });

    it('treats any other answer as a no', async () => {
      vscodeSpy.answerNextModal('');
      await run('deleteMapping', { serviceProviderId: HOTEL.id });
      assert.deepEqual(service.writes, []);
    });

    it('reports a rejected request, with a button for the details', async () => {
      service.control.addFault({ operation: 'create', kind: 'answer', status: 400, count: 1 });
      await run('createMapping', { serviceProviderId: CLINIC.id, skillId: SKILL });
      assert.equal(row(CLINIC.id).says, 'Clinic, not mapped');
      assert.ok(row(CLINIC.id).words.includes('failed'));
      const [message] = vscodeSpy.messages;
      assert.equal(message?.severity, 'error');
      assert.equal(message.text, 'Clinic was not mapped. The service refused the request.');
      assert.ok(message.buttons.includes('Show Details'));
    });

    it('shows the actual mapping after a write whose response is lost', async () => {
      service.control.addFault({ operation: 'create', kind: 'reset', effect: 'done', count: 1 });
      await run('createMapping', { serviceProviderId: CLINIC.id, skillId: SKILL });
      assert.equal(service.truth[CLINIC.id], SKILL);
      assert.deepEqual(service.writes, [`POST ${CLINIC.id}`]);
      assert.equal(row(CLINIC.id).says, `Clinic, mapped to ${SKILL}`);
      assert.deepEqual(messages(), [`Mapped Clinic to ${SKILL}.`]);
    });

    describe('rejects, without sending or changing anything,', () => {
      const known = { serviceProviderId: CLINIC.id, skillId: SKILL };
      const arguments_: [string, unknown][] = [
        ['a text', CLINIC.id],
        ['a number', 42],
        ['true', true],
        ['an array', [CLINIC.id]],
        ['an empty object', {}],
        ['an ID that is a number', { ...known, serviceProviderId: 7 }],
        ['an ID that is null', { ...known, serviceProviderId: null }],
        ['no IDs', { ...known, serviceProviderId: [] }],
        ['IDs of which one is not a string', { ...known, serviceProviderId: [CLINIC.id, 3] }],
        ['an empty ID', { ...known, serviceProviderId: '' }],
        ['an ID of dots', { ...known, serviceProviderId: '..' }],
        ['an ID with a line break', { ...known, serviceProviderId: `${CLINIC.id}\n` }],
        ['an ID that is a token', { ...known, serviceProviderId: 'Atza|abc' }],
        ['an ID that is not in the list', { ...known, serviceProviderId: 'amzn1.comms.csp.id.unknown' }],
        [
          'IDs of which one is not in the list',
          { ...known, serviceProviderId: [CLINIC.id, 'amzn1.comms.csp.id.unknown'] },
        ],
        ['a skill that is a number', { ...known, skillId: 9 }],
        ['a skill that is null', { ...known, skillId: null }],
        ['an empty skill', { ...known, skillId: '' }],
        ['a skill with a space', { ...known, skillId: `${SKILL} ` }],
        ['a skill of 256 characters', { ...known, skillId: 'amzn1.ask.skill.'.padEnd(256, 'x') }],
        ['a skill that is a token', { ...known, skillId: 'Atza|abc' }],
        ['an additional field', { ...known, force: true }],
        ['a field that rows have', { ...known, type: 'provider' }],
      ];
      for (const [what, argument] of arguments_) {
        it(what, async () => {
          const truth = service.truth;
          const rowsBefore = spoken();
          const commands = [
            'createMapping',
            'updateMapping',
            'deleteMapping',
            'refreshServiceProvider',
            'removeServiceProvider',
            'renameAtAmazon',
            'deleteServiceProvider',
          ];
          for (const command of commands) await run(command, argument);
          assert.deepEqual(service.sent, []);
          assert.deepEqual(service.truth, truth);
          assert.deepEqual(spoken(), rowsBefore);
          assert.deepEqual(
            vscodeSpy.messages.map(({ severity, modal }) => `${severity} ${String(modal)}`),
            commands.map(() => 'warning false'),
          );
          const [text = '', ...others] = new Set(messages());
          assert.deepEqual(others, []);
          assert.match(text, /^The argument of this command must be|\bID\b|is not in your list/);
          assert.ok(!text.includes('Atza|abc'));
        });
      }
    });
  });

  describe('when signed out', () => {
    before(() => signOut());
    beforeEach(() => {
      service.control.reset();
      vscodeSpy.clearMessages();
    });

    for (const command of ['createMapping', 'updateMapping', 'deleteMapping', 'refresh', 'refreshServiceProvider']) {
      it(`prompts to sign in, and does nothing when that is dismissed: ${command}`, async () => {
        await dismissAll(() => run(command, { serviceProviderId: HOTEL.id, skillId: SKILL }));
        assert.deepEqual(service.sent, []);
        assert.deepEqual(messages(), []);
        assert.equal(row(HOTEL.id).says, 'Hotel Aurora, signed out');
      });
    }

    it('still copies an ID', async () => {
      await run('copyServiceProviderId', { serviceProviderId: HOTEL.id });
      assert.equal(await vscode.env.clipboard.readText(), HOTEL.id);
    });
  });
});
