import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aProvider, mappedTo, notMapped, OTHER_SKILL, SKILL, THIRD_SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { acceptsWithout, chooses, presses, types, user } from '../../../support/fakeVscode';

const ids = Array.from({ length: 12 }, (_, index) => `amzn1.comms.csp.id.${index}`);
const [A = '', B = '', C = ''] = ids;
const name = (index: number) => `Hotel ${String(index).padStart(2, '0')}`;

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open(ids.map((id, index) => aProvider(id, { name: name(index) })));
});

afterEach(async () => {
  await window.close();
});

const mapAll = (skillId: string, some: readonly string[] = ids) => {
  for (const id of some) window.service.mappings.set(id, mappedTo(skillId));
};
const lastDialog = () => user.prompts.findLast(({ type }) => type === 'dialog');

describe('Map to Skill', () => {
  it('asks for the skill, confirms it with the typed ID, and reports the result with Undo', async () => {
    user.will(types(SKILL), presses('Map'));
    await window.run('createMapping', { serviceProviderId: A });
    expect(window.service.mappings.get(A)).toEqual(mappedTo(SKILL));
    expect(user.notifications).toMatchObject([{ text: `Mapped ${name(0)} to ${SKILL}.`, buttons: ['Undo'] }]);
  });

  it('says that there is no such service provider before it maps one that the service does not know', async () => {
    window.service.unknown.add(A);
    user.will(types(SKILL), (prompt) => {
      expect(window.sent).toEqual([]);
      expect(prompt).toHaveProperty('detail', expect.stringContaining('The service has no such service provider'));
      return presses('Map')(prompt);
    });
    await window.run('createMapping', { serviceProviderId: A });
    expect(window.sent).toEqual([`create ${A}`]);
  });

  it('never sends a search, and asks before it uses text of an unknown format as an ID', async () => {
    user.will(types('seattle'), chooses('Choose Another Skill'), types(SKILL), presses('Map'));
    await window.run('createMapping', { serviceProviderId: A });
    expect(window.service.sent.map(({ change }) => change)).toMatchObject([{ skillId: SKILL }]);
  });

  it('sends nothing when the user leaves the dialog', async () => {
    user.will(presses(undefined));
    await window.run('createMapping', { serviceProviderId: A, skillId: SKILL });
    expect([window.sent, user.told, window.results]).toEqual([[], [], ['dismissed']]);
  });

  it('offers a remap where the service provider has another skill already', async () => {
    mapAll(OTHER_SKILL, [A]);
    await window.run('createMapping', { serviceProviderId: A, skillId: SKILL });
    expect(window.sent).toEqual([]);
    expect(user.notifications).toMatchObject([{ severity: 'warning', buttons: ['Remap…'] }]);
  });

  it('rejects an argument that is not one, and sends nothing', async () => {
    for (const argument of [
      { serviceProviderId: 7 },
      { serviceProviderId: [] },
      { serviceProviderId: A, skillId: ' ' },
    ]) {
      await window.run('createMapping', argument as never);
    }
    expect([window.sent, user.told.length, window.service.reads]).toEqual([[], 3, []]);
  });
});

describe('Remap to Skill', () => {
  it('shows the current and the new skill before it sends anything', async () => {
    mapAll(SKILL, [A]);
    user.will((prompt) => {
      expect(window.sent).toEqual([]);
      expect(prompt).toMatchObject({ text: `Remap ${name(0)}?` });
      expect(prompt).toHaveProperty('detail', expect.stringContaining(`Current: ${SKILL}\nNew: ${OTHER_SKILL}`));
      return 'Remap';
    });
    await window.run('updateMapping', { serviceProviderId: A, skillId: OTHER_SKILL });
    expect(window.sent).toEqual([`update ${A}`]);
    expect(user.told).toEqual([`Remapped ${name(0)} to ${OTHER_SKILL}.`]);
  });

  it('sends nothing that the question did not show, and asks again with the current mapping', async () => {
    mapAll(SKILL, [A]);
    user.will(
      () => {
        window.service.mappings.set(A, mappedTo(THIRD_SKILL));
        window.store.markChangedInOtherWindow([A]);
        return 'Remap';
      },
      (prompt) => {
        expect(prompt).toHaveProperty('detail', expect.stringContaining(`Current: ${THIRD_SKILL}`));
        return undefined;
      },
    );
    await window.run('updateMapping', { serviceProviderId: A, skillId: OTHER_SKILL });
    expect(window.sent).toEqual([]);
  });

  it('names one that has left the list while the question was open', async () => {
    mapAll(SKILL, [A]);
    user.will(() => {
      window.store.setEntries([]);
      return 'Remap';
    });
    await window.run('updateMapping', { serviceProviderId: A, skillId: OTHER_SKILL });
    expect([window.sent, user.told]).toEqual([[], [`Nothing was changed. ${name(0)}: no longer in the list.`]]);
  });

  it('says of service providers that were not read that they were not, where it asks for one', async () => {
    user.will((prompt) => {
      expect(prompt).toHaveProperty(
        'items',
        expect.arrayContaining([expect.objectContaining({ description: 'not read yet' })]),
      );
      queueMicrotask(() => {
        if (prompt.type === 'pick') prompt.pick?.hide();
      });
    });
    await window.run('updateMapping');
    expect(window.results).toEqual(['dismissed']);
  });

  it('of several shows each change in a preview, and the numbers add up', async () => {
    mapAll(SKILL);
    window.service.mappings.set(A, mappedTo(OTHER_SKILL));
    user.will(acceptsWithout(name(1)), presses('Remap'));
    window.service.failing.set(C, { kind: 'badRequest', takesEffect: false });
    await window.run('updateMapping', { serviceProviderId: ids, skillId: OTHER_SKILL });
    expect(lastDialog()).toMatchObject({ text: 'Remap 10 of 12 service providers?' });
    expect(window.sent).toHaveLength(10);
    expect(user.told.at(-1)).toMatch(
      /^Remapped 9 of 12\. Skipped 1 already mapped to this skill and 1 cleared in the preview\. 1 failed\./,
    );
    expect(user.notifications.at(-1)?.buttons).toEqual(['Try Again', 'Show Results', 'Undo']);
  });

  it('retries only what has failed', async () => {
    mapAll(SKILL);
    window.service.failing.set(C, { kind: 'badRequest', takesEffect: false });
    user.will(acceptsWithout(), presses('Remap'), presses('Remap'));
    await window.run('updateMapping', { serviceProviderId: ids, skillId: OTHER_SKILL });
    window.service.failing.clear();
    window.service.sent.length = 0;
    user.notifications.at(-1)?.press('Try Again');
    await expect.poll(() => window.sent).toEqual([`update ${C}`]);
    await expect.poll(() => user.told.length).toBe(2);
  });

  it('of dropped rows asks as well', async () => {
    mapAll(SKILL, [A, B]);
    await window.store.refresh([A, B]);
    user.will(presses('Remap'));
    await window.runner.remapDropped({ serviceProviderIds: [A, B], hidden: 1 }, OTHER_SKILL);
    expect(lastDialog()).toMatchObject({
      text: 'Remap 2 service providers?',
      detail: expect.stringContaining('The filter hides 1 more service provider of this selection.') as unknown,
    });
    expect(window.sent).toEqual([`update ${A}`, `update ${B}`]);
  });
});

describe('Delete Mapping', () => {
  it('says which skill no longer handles the calls, and deletes after a yes', async () => {
    mapAll(SKILL, [A]);
    user.will(presses('Delete Mapping'));
    await window.run('deleteMapping', { serviceProviderId: A });
    expect(lastDialog()).toHaveProperty(
      'detail',
      expect.stringContaining(`${SKILL} will no longer handle the calls of ${name(0)}.`),
    );
    expect(window.service.mappings.get(A)).toEqual(notMapped);
    expect(user.told).toEqual([`Deleted the mapping of ${name(0)}.`]);
  });

  it('of rows dropped on the unmapped ones asks as well', async () => {
    mapAll(SKILL, [A]);
    await window.store.refresh([A]);
    user.will(presses(undefined));
    await window.runner.unmapDropped({ serviceProviderIds: [A], hidden: 0 });
    expect([lastDialog()?.type, window.sent]).toEqual(['dialog', []]);
  });

  it('of a group leaves out the rows that the filter hides', async () => {
    mapAll(SKILL, [A, B]);
    window.hiddenIds.add(B);
    user.will(presses('Delete Mapping'));
    await window.runner.execute('deleteMapping', [{ type: 'group', ids: [A, B] }]);
    expect(window.sent).toEqual([`delete ${A}`]);
  });

  it('reports a failure with its kind, and what helps', async () => {
    mapAll(SKILL, [A]);
    window.service.failing.set(A, { kind: 'forbidden', takesEffect: false });
    user.will(presses('Delete Mapping'));
    await window.run('deleteMapping', { serviceProviderId: A });
    expect(user.notifications).toMatchObject([{ severity: 'error' }]);
    expect(user.notifications[0]?.buttons).toEqual(['Sign In…', 'Show Details']);
    expect(window.results).toEqual(['failed']);
  });
});

describe('Undo Last Mapping Change', () => {
  const remapAll = async (some: string[]) => {
    mapAll(SKILL, some);
    user.will(presses('Remap'));
    await window.run('updateMapping', { serviceProviderId: some, skillId: OTHER_SKILL });
  };

  it('restores the mappings from before a bulk operation, after a question', async () => {
    await remapAll([A, B]);
    user.will(presses('Undo'));
    await window.run('undoLastChange');
    expect([window.service.mappings.get(A), window.service.mappings.get(B)]).toEqual([
      mappedTo(SKILL),
      mappedTo(SKILL),
    ]);
    expect(user.told.at(-1)).toBe('Undid 2 of 2 changes.');
    // An undo cannot be undone.
    expect(user.notifications.at(-1)?.buttons).toEqual(['Show Results']);
  });

  it('sends nothing when the endpoint has changed while the question was open', async () => {
    await remapAll([A]);
    user.will((prompt) => {
      window.changeEndpoint('https://other.example');
      return prompt.type === 'dialog' ? 'Undo' : undefined;
    });
    window.service.sent.length = 0;
    await window.run('undoLastChange');
    expect(window.sent).toEqual([]);
    expect(user.told.at(-1)).toBe(`${name(0)} cannot be restored: changed at another API endpoint.`);
  });

  it('asks again before it restores over a newer change of others', async () => {
    await remapAll([A]);
    window.service.mappings.set(A, mappedTo(THIRD_SKILL));
    user.will((prompt) => {
      expect(prompt).toMatchObject({ text: `${name(0)} was changed again since. Restore the earlier mapping anyway?` });
      return undefined;
    });
    await window.run('undoLastChange');
    expect(window.service.mappings.get(A)).toEqual(mappedTo(THIRD_SKILL));
  });

  it('undoes the operation whose button is pressed', async () => {
    await remapAll([A]);
    const [first] = user.notifications;
    await remapAll([B]);
    user.will(presses('Undo'));
    first?.press('Undo');
    await expect.poll(() => window.service.mappings.get(A)).toEqual(mappedTo(SKILL));
    expect(window.service.mappings.get(B)).toEqual(mappedTo(OTHER_SKILL));
    await expect.poll(() => user.told.at(-1)).toBe(`Undid the change of ${name(0)}.`);
  });

  it('says so where there is nothing to undo', async () => {
    await window.run('undoLastChange');
    expect(user.told).toEqual(['There is no change to undo.']);
  });
});
