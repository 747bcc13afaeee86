import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FailureKind } from '../../../../src/core/failures/apiFailure';
import { aProvider } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { user } from '../../../support/fakeVscode';

const ids = Array.from({ length: 3 }, (_, index) => `amzn1.comms.csp.id.${index}`);
const [A = ''] = ids;

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open(ids.map((id, index) => aProvider(id, { name: `Hotel ${index}` })));
});

afterEach(async () => {
  await window.close();
});

function fail(kind: FailureKind, some: readonly string[] = ids): void {
  for (const id of some) window.service.unreadable.set(id, kind);
}

describe('Refresh', () => {
  it('shows no message when all rows could be read', async () => {
    await window.run('refresh');
    expect([window.service.reads, user.told, window.results]).toEqual([ids, [], ['succeeded']]);
  });

  it('shows no message about an outage that the rows show, which would stay after it has ended', async () => {
    fail('network');
    for (const id of ids) window.shownIds.add(id);
    await window.run('refresh');
    await window.run('refreshServiceProvider', { serviceProviderId: A });
    expect([user.told, window.results]).toEqual([[], ['failed', 'failed']]);
  });

  it('reports an outage that no row in sight shows', async () => {
    fail('network');
    for (const id of ids.slice(1)) window.shownIds.add(id);
    await window.run('refresh');
    expect(user.told).toEqual([expect.stringMatching(/^3 of 3 mappings could not be read\. /)]);
  });

  it('reports what could not be read while others could, and a refusal of all', async () => {
    for (const id of ids) window.shownIds.add(id);
    fail('network', [A]);
    await window.run('refresh');
    fail('forbidden');
    await window.run('refresh');
    expect(user.told).toEqual([
      expect.stringMatching(/^The mapping of Hotel 0 could not be read\. /),
      '3 of 3 mappings could not be read. The service does not allow this request.',
    ]);
  });
});
