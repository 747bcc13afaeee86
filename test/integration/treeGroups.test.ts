import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { extensionContext, run } from './support/extension';
import { useListed } from './support/listed';
import { answer, choose, enter, leave, look } from './support/prompts';
import { elementsOf, expectSpoken, row, rows, spoken, watchRedraws } from './support/rows';
import { CLINIC, HARBOUR, HOTEL, VILLA } from './support/service';
import { configure } from './support/settings';
import { replace } from './support/wrap';

const MINUTE_MS = 60_000;
const tree = () => vscodeSpy.treeProvider(vscodeSpy.VIEW);
const headline = () => vscodeSpy.createdView(vscodeSpy.VIEW).view.message ?? '';
const expectHeadline = (text: string, why?: string) =>
  eventually(() => {
    assert.equal(headline(), text, why);
  });
const key = (name: string) => vscodeSpy.context.get(`alexaNetworkMapping.${name}`);

/** The tree element of a group, and those of the rows below it. */
function group(says: string): { element: unknown; rows: string[]; elements: unknown[] } {
  const element = elementsOf(rows().flatMap((each) => (each.says.startsWith(says) ? each.id : [])))[0];
  assert.ok(element, `no group ${says}`);
  const elements = tree().getChildren(element) as unknown[];
  return { element, elements, rows: elements.map((each) => item(each).accessibilityInformation?.label ?? '') };
}

function item(element: unknown): vscode.TreeItem {
  return tree().getTreeItem(element) as vscode.TreeItem;
}

describe('the service providers in the view', () => {
  const service = useListed([HOTEL, HARBOUR, CLINIC, VILLA]);

  afterEach(async () => {
    await run('clearFilter');
    await run('viewAsList');
  });

  describe('grouped by skill', () => {
    beforeEach(() => run('groupBySkill'));

    it('are listed under their skills, and then those that are not mapped', () => {
      assert.deepEqual(spoken(), [
        `${SKILL}, 1 service provider`,
        `${OTHER_SKILL}, 1 service provider`,
        'Not mapped, 2 service providers',
      ]);
      assert.deepEqual(group('Not mapped').rows, ['Clinic, not mapped', 'amzn1.comms.csp.id.villa, not mapped']);
      assert.deepEqual(
        rows().map(({ words }) => words.join()),
        ['skill', 'skill', 'group'],
      );
      assert.equal(new Set(rows().map(({ icon }) => icon)).size, 2);
      assert.equal(key('grouping'), 'skill');
      assert.equal(extensionContext().workspaceState.get('grouping'), 'skill');
    });

    it('can be ungrouped', async () => {
      await run('viewAsList');
      assert.deepEqual(
        rows().map(({ id }) => id),
        [HOTEL.id, HARBOUR.id, CLINIC.id, VILLA.id],
      );
      assert.equal(key('grouping'), 'list');
    });

    it('have a group for unreadable ones, and stay in their groups during a re-read', async () => {
      service.control.addFault({ operation: 'get', serviceProviderId: HOTEL.id, kind: 'answer', status: 403 });
      await run('refresh');
      await expectSpoken(
        `${OTHER_SKILL}, 1 service provider`,
        'Not mapped, 2 service providers',
        'Could not be read, 1 service provider',
      );
      service.control.clearFaults();
      service.control.clearRequests();
      service.control.addFault({ operation: 'get', serviceProviderId: HARBOUR.id, kind: 'hang', count: 1 });
      const running = run('refreshServiceProvider', { serviceProviderId: HARBOUR.id });
      await service.control.waitForRequest(({ serviceProviderId }) => serviceProviderId === HARBOUR.id);
      assert.deepEqual(group(OTHER_SKILL).rows, ['Harbour House, checking']);
      await run('refreshServiceProvider', { serviceProviderId: HARBOUR.id });
      await running;
    });

    it('redraw only the two groups that one moves between', async () => {
      await configure({ user: [HOTEL, HARBOUR, CLINIC, VILLA, { id: 'amzn1.comms.csp.id.inn', name: 'Inn' }] });
      service.control.setProvider({ serviceProviderId: 'amzn1.comms.csp.id.inn', skillId: SKILL });
      await run('refresh');
      await expectSpoken(
        `${SKILL}, 2 service providers`,
        `${OTHER_SKILL}, 1 service provider`,
        'Not mapped, 2 service providers',
      );
      const [skill, , notMapped] = rows().map(({ id }) => id);
      const before = group('Not mapped').elements[0];
      const watch = await watchRedraws();
      service.control.setProvider({ serviceProviderId: CLINIC.id, skillId: SKILL });
      await run('refreshServiceProvider', { serviceProviderId: CLINIC.id });
      await eventually(() => {
        assert.ok(watch.redraws.flat().includes(skill));
      });
      watch.stop();
      const drawn = new Set(watch.redraws.flatMap((ids) => ids ?? ['all']));
      // The row itself is redrawn too, while it is checking.
      drawn.delete(`${notMapped} ${CLINIC.id}`);
      assert.deepEqual(drawn, new Set([skill, notMapped]));
      assert.deepEqual(group(SKILL).rows.length, 3);
      const moved = group(SKILL).elements.find((each) => item(each).id?.endsWith(CLINIC.id));
      assert.notEqual(moved, before, 'VS Code does not accept the same ID in two places');
      assert.equal(tree().getParent?.(moved), group(SKILL).element);
    });

    it('accept commands for a whole group', async () => {
      const { element } = group('Not mapped');
      await vscode.commands.executeCommand('alexaNetworkMapping.refreshServiceProvider', element, [element]);
      assert.deepEqual(new Set(service.sent), new Set([`GET ${CLINIC.id}`, `GET ${VILLA.id}`]));
      const skill = group(SKILL);
      await vscode.commands.executeCommand('alexaNetworkMapping.copyServiceProviderId', skill.element, [
        skill.element,
        ...skill.elements,
      ]);
      assert.equal(await vscode.env.clipboard.readText(), HOTEL.id);
    });

    it('are remapped together to another skill, without their own among the choices', async () => {
      const { element } = group(OTHER_SKILL);
      await answer(
        () => run('updateMapping', element, [element]),
        look(({ items }) => {
          assert.ok(items.some(({ label }) => label === SKILL));
          assert.ok(items.every(({ label }) => label !== OTHER_SKILL));
        }),
        leave,
      );
    });

    describe('and dragged', () => {
      const drag = async (dragged: readonly unknown[], target: unknown) => {
        const controller = vscodeSpy.createdView(vscodeSpy.VIEW).options.dragAndDropController;
        assert.ok(controller);
        const data = new vscode.DataTransfer();
        const { token } = new vscode.CancellationTokenSource();
        await controller.handleDrag?.(dragged, data, token);
        await controller.handleDrop?.(target, data, token);
        return data;
      };

      it('onto a skill are remapped after confirmation', async () => {
        vscodeSpy.answerNextModal('Remap');
        await drag(group(SKILL).elements, group(OTHER_SKILL).element);
        await eventually(() => {
          assert.equal(service.truth[HOTEL.id], OTHER_SKILL);
        });
        await expectSpoken(`${OTHER_SKILL}, 2 service providers`, 'Not mapped, 2 service providers');
        assert.deepEqual(service.writes, [`PUT ${HOTEL.id}`]);
      });

      it('onto Not mapped lose their mapping after confirmation', async () => {
        vscodeSpy.answerNextModal('Delete Mapping');
        const data = await drag(group(SKILL).elements, group('Not mapped').elements[0]);
        await eventually(() => {
          assert.equal(service.truth[HOTEL.id], null);
        });
        assert.equal(await data.get('text/plain')?.asString(), HOTEL.id);
      });

      for (const [what, from, onto, question] of [
        ['a remap', SKILL, OTHER_SKILL, 'Remap Hotel Aurora?'],
        ['a deletion', SKILL, 'Not mapped', 'Delete the mapping of Hotel Aurora?'],
        ['a mapping', 'Not mapped', SKILL, 'Map 2 service providers?'],
      ] as const) {
        it(`change nothing without confirmation: ${what}`, async () => {
          const truth = service.truth;
          vscodeSpy.answerNextModal('');
          await drag(group(from).elements, group(onto).element);
          await eventually(() => {
            assert.deepEqual(
              vscodeSpy.messages.map(({ text, modal }) => [text, modal]),
              [[question, true]],
            );
          });
          assert.ok(vscodeSpy.messages[0]?.detail.includes(from === SKILL ? HOTEL.id : VILLA.id));
          await run('refresh');
          assert.deepEqual(service.writes, []);
          assert.deepEqual(service.truth, truth);
        });
      }

      it('anywhere else change nothing, without a prompt', async () => {
        const skill = group(SKILL);
        await drag(skill.elements, skill.element);
        await drag(skill.elements, undefined);
        await drag([], skill.element);
        const foreign = new vscode.DataTransfer();
        foreign.set('text/plain', new vscode.DataTransferItem(HARBOUR.id));
        const controller = vscodeSpy.createdView(vscodeSpy.VIEW).options.dragAndDropController;
        await controller?.handleDrop?.(skill.element, foreign, new vscode.CancellationTokenSource().token);
        // What VS Code adds itself, also when an invalid entry is dragged.
        const invalid = new vscode.DataTransfer();
        invalid.set(
          'application/vnd.code.tree.alexanetworkmapping.serviceproviders',
          new vscode.DataTransferItem('{}'),
        );
        await controller?.handleDrop?.(skill.element, invalid, new vscode.CancellationTokenSource().token);
        await run('viewAsList');
        await drag(elementsOf([HOTEL.id]), elementsOf([HARBOUR.id])[0]);
        assert.deepEqual(service.sent, []);
        assert.deepEqual(vscodeSpy.messages, []);
      });
    });
  });

  describe('filtered', () => {
    const shows = (...names: string[]) =>
      eventually(() => {
        assert.deepEqual(
          rows().map(({ says }) => says.split(',')[0]),
          names,
        );
      });

    it('stay filtered after Enter, also in groups, until the filter is cleared', async () => {
      await answer(() => run('filter'), enter('H'));
      await shows('Hotel Aurora', 'Harbour House');
      assert.equal(key('filtered'), 'some');
      await expectHeadline('“H”: 2 of 4 · 2 mapped · Updated just now');
      assert.equal(extensionContext().workspaceState.get('filter'), 'H');
      await run('groupBySkill');
      await shows(SKILL, OTHER_SKILL);
      await answer(() => run('filter'), leave);
      await shows(SKILL, OTHER_SKILL);
      await run('clearFilter');
      await shows(SKILL, OTHER_SKILL, 'Not mapped');
      assert.equal(extensionContext().workspaceState.get('filter'), '');
      assert.equal(key('filtered'), 'none');
      await expectHeadline('2 mapped, 2 not mapped · Updated just now');
    });

    it('are all shown again after Escape, also if they were grouped meanwhile', async () => {
      await answer(
        () => run('filter'),
        look(async (prompt) => {
          prompt.type('aurora');
          await shows('Hotel Aurora');
          await run('groupBySkill');
          await shows(SKILL);
          assert.equal(extensionContext().workspaceState.get('grouping'), 'skill');
          assert.equal(extensionContext().workspaceState.get('filter'), '', 'it is only a preview');
        }),
        leave,
      );
      await shows(SKILL, OTHER_SKILL, 'Not mapped');
    });

    it('are all shown again after Escape if the filter was cleared meanwhile', async () => {
      await answer(() => run('filter'), enter('aurora'));
      await answer(
        () => run('filter'),
        look(() => run('clearFilter')),
        leave,
      );
      await shows('Hotel Aurora', 'Harbour House', 'Clinic', VILLA.id);
    });

    it('are found by skill, also after it changes', async () => {
      await answer(() => run('filter'), enter(THIRD_SKILL));
      await shows();
      assert.equal(key('filtered'), 'all');
      await expectHeadline('', 'VS Code shows either a message or the welcome content');
      service.control.setProvider({ serviceProviderId: CLINIC.id, skillId: THIRD_SKILL });
      await run('refreshServiceProvider', { serviceProviderId: CLINIC.id });
      await shows('Clinic');
      assert.equal(key('filtered'), 'some');
      assert.equal(row(CLINIC.id).says, `Clinic, mapped to ${THIRD_SKILL}`);
    });

    it('are found by the word of their state, with how many have it, and their change is told when it hides them', async () => {
      await answer(
        () => run('filter'),
        look(({ box }) => {
          assert.match(box?.prompt ?? '', /: mapped \(2\), not mapped \(2\)$/);
        }),
        enter('not mapped'),
      );
      await shows('Clinic', VILLA.id);
      await expectHeadline('“not mapped”: 2 of 4 · 2 not mapped · Updated just now');
      vscodeSpy.clearMessages();
      const [clinic] = elementsOf([CLINIC.id]);
      await answer(() => run('createMapping', clinic, [clinic]), choose(SKILL));
      await shows(VILLA.id);
      await expectHeadline('“not mapped”: 1 of 4 · 1 not mapped · Updated just now');
      await eventually(() => {
        assert.equal(vscodeSpy.messages.length, 1);
      });
      assert.match(vscodeSpy.messages[0]?.text ?? '', /^Mapped Clinic to /);
      // The word for the others is a part of this one, but not the same.
      await answer(() => run('filter'), enter('mapped'));
      await shows('Hotel Aurora', 'Harbour House', 'Clinic');
    });

    it('are the only ones that a command for their group changes, with the number of hidden ones in the dialog', async () => {
      const inn = { id: 'amzn1.comms.csp.id.inn', name: 'Inn' };
      await configure({ user: [HOTEL, HARBOUR, CLINIC, VILLA, inn] });
      service.control.setProvider({ serviceProviderId: inn.id, skillId: SKILL });
      await run('refresh');
      await run('groupBySkill');
      await expectSpoken(
        `${SKILL}, 2 service providers`,
        `${OTHER_SKILL}, 1 service provider`,
        'Not mapped, 2 service providers',
      );
      const unfiltered = group(SKILL);
      await answer(() => run('filter'), enter('aurora'));
      await shows(SKILL);
      service.control.clearRequests();
      // VS Code may still have the row of the unfiltered tree.
      for (const { element, elements } of [group(SKILL), unfiltered]) {
        vscodeSpy.clearMessages();
        vscodeSpy.answerNextModal('');
        await run('deleteMapping', element, [element, ...elements]);
        const [dialog] = vscodeSpy.messages;
        assert.equal(dialog?.text, 'Delete the mapping of Hotel Aurora?');
        assert.match(dialog.detail, /The filter hides 1 more service provider of this selection\./);
      }
      vscodeSpy.answerNextModal('Delete Mapping');
      await run('deleteMapping', unfiltered.element, [unfiltered.element]);
      assert.deepEqual(service.writes, [`DELETE ${HOTEL.id}`]);
    });

    it('are in an expanded group, even if it was collapsed before', async () => {
      await run('groupBySkill');
      const before = rows().map(({ id }) => id);
      await answer(() => run('filter'), enter('aurora'));
      await shows(SKILL);
      const [filtered] = rows();
      assert.ok(filtered && !before.includes(filtered.id), 'VS Code expands a group with a new ID');
    });

    it('can be added even if the filter hides them', async () => {
      await answer(() => run('filter'), enter('aurora'));
      const inn = 'amzn1.comms.csp.id.inn';
      service.control.setProvider({ serviceProviderId: inn });
      await answer(() => run('addServiceProvider', { serviceProviderId: inn }), enter('Inn'));
      await eventually(() => {
        assert.match(headline(), /^“aurora”: 1 of 5/);
      });
      assert.deepEqual(vscodeSpy.messages, []);
    });
  });

  it('are counted by state above the rows, also as the states change', async () => {
    await run('refresh');
    await expectHeadline('2 mapped, 2 not mapped · Updated just now');
    service.control.setProvider({ serviceProviderId: CLINIC.id, skillId: SKILL });
    service.control.addFault({ operation: 'get', serviceProviderId: HOTEL.id, kind: 'answer', status: 403 });
    await run('refresh');
    await expectHeadline('2 mapped, 1 not mapped, 1 error · Updated just now');
    await answer(() => run('filter'), enter('aurora'));
    await expectHeadline('“aurora”: 1 of 4 · 1 error');
    service.control.clearFaults();
  });

  describe('over time', () => {
    let turnBack: () => void;
    const pass = (ms: number) => {
      const { now } = Date;
      turnBack = replace(Date as unknown as Record<'now', unknown>, 'now', () => now() + ms);
    };
    const lookAgain = async () => {
      await vscode.commands.executeCommand('workbench.view.explorer');
      await eventually(() => {
        assert.equal(vscodeSpy.createdView(vscodeSpy.VIEW).view.visible, false);
      });
      await vscode.commands.executeCommand(`${vscodeSpy.VIEW}.focus`);
      await eventually(() => {
        assert.equal(vscodeSpy.createdView(vscodeSpy.VIEW).view.visible, true);
      });
    };
    afterEach(() => {
      turnBack();
    });

    it('show when the oldest was read, and are not re-read yet', async () => {
      pass(4 * MINUTE_MS);
      await lookAgain();
      await expectHeadline('2 mapped, 2 not mapped · Updated 4 min. ago');
      await run('refreshServiceProvider', { serviceProviderId: HOTEL.id });
      await expectHeadline('2 mapped, 2 not mapped · Updated 4 min. ago');
      assert.deepEqual(service.sent, [`GET ${HOTEL.id}`]);
    });

    it('are re-read after five minutes, once the view becomes visible', async () => {
      pass(6 * MINUTE_MS);
      await run('refreshServiceProvider', { serviceProviderId: HOTEL.id });
      await expectHeadline('2 mapped, 2 not mapped · Updated 6 min. ago');
      assert.deepEqual(service.sent, [`GET ${HOTEL.id}`], 'the view has not become visible again');
      await lookAgain();
      await eventually(() => {
        assert.equal(headline(), '2 mapped, 2 not mapped · Updated just now');
      });
      assert.deepEqual(
        new Set(service.sent.slice(1)),
        new Set([HARBOUR, CLINIC, VILLA].map(({ id }) => `GET ${id}`)),
        'what was just read is not re-read',
      );
      assert.equal(service.sent.length, 4);
    });
  });
});
