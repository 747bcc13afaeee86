import { describe, expect, it } from 'vitest';
import { parseConfiguredProviders } from '../../../../src/core/model/configuredProviders';
import { readProviderListFile } from '../../../../src/core/providerList/providerListFile';
import { planImport } from '../../../../src/core/providerList/fileImport';

const LIST = [{ id: 'a', name: 'A', account: 'hotels' }, { id: 'b' }, { id: 'b', name: 'again' }, 'invalid'];

function plan(csv: string) {
  const file = readProviderListFile(new TextEncoder().encode(csv), 'list.csv');
  if (!('listed' in file)) throw new Error('no list');
  const { additions, alreadyListed, problems, ignored } = planImport(file, parseConfiguredProviders(LIST));
  return {
    additions: additions.map(({ line, entry }) => [line, entry.id]),
    alreadyListed: alreadyListed.map(({ line, inList, differs }) => [line, inList.id, inList.name, differs]),
    problems: problems.length,
    ignored,
  };
}

describe('an import', () => {
  it('adds entries that are not in the list, and separates equal from different ones', () => {
    expect(plan('id,name,account,x\nc,C,\na,A,hotels\nb,B,\nd e,,\n')).toEqual({
      additions: [[2, 'c']],
      alreadyListed: [
        [3, 'a', 'A', false],
        [4, 'b', undefined, true],
      ],
      problems: 1,
      ignored: ['x'],
    });
  });

  it('finds no difference in fields that the file lacks', () => {
    expect(plan('a\nb').alreadyListed.map(([, , , differs]) => differs)).toEqual([false, false]);
    expect(plan('id,name\na,').alreadyListed).toEqual([[2, 'a', 'A', false]]);
    expect(plan('id,account\na,clinics').alreadyListed).toEqual([[2, 'a', 'A', true]]);
  });
});
