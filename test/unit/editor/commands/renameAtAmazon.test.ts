import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aProvider } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { enters, presses, user } from '../../../support/fakeVscode';

const A = 'amzn1.comms.csp.id.a';
const B = 'amzn1.comms.csp.id.b';

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open([aProvider(A, { name: 'Aurora' }), aProvider(B)]);
  window.onboarding.described.set(A, { logicalId: 'aurora', displayName: 'Hotel Aurora' });
});

afterEach(async () => {
  await window.close();
});

const rename = (serviceProviderId: string | string[] = A) => window.run('renameAtAmazon', { serviceProviderId });
const nameAtAmazon = () => window.onboarding.described.get(A)?.displayName;

describe('Rename at Amazon', () => {
  it('begins with the current name, confirms both, and leaves the list as it is', async () => {
    user.will(enters('Aurora Palace', 'Hotel Aurora'), (prompt) => {
      const detail = expect.stringContaining('Current: Hotel Aurora\nNew: Aurora Palace') as unknown;
      expect(prompt).toMatchObject({ text: 'Rename Aurora at Amazon?', detail });
      return presses('Rename')(prompt);
    });
    await rename();
    expect([nameAtAmazon(), window.store.provider(A)?.name]).toEqual(['Aurora Palace', 'Aurora']);
    expect(user.notifications).toMatchObject([
      { text: 'Renamed Aurora to Aurora Palace at Amazon.', buttons: ['Undo'] },
    ]);
    expect(await window.recorded()).toMatchObject([
      { operation: 'updateProvider', displayNameBefore: 'Hotel Aurora', displayName: 'Aurora Palace' },
    ]);
  });

  it('can be undone, once', async () => {
    user.will(enters('Aurora Palace', 'Hotel Aurora'), presses('Rename'), presses('Undo'));
    await rename();
    user.notifications[0]?.press('Undo');
    await expect.poll(nameAtAmazon).toBe('Hotel Aurora');
    await expect
      .poll(() => user.told.at(-1))
      .toBe('Undid the renaming of Aurora at Amazon. Its name is Hotel Aurora again.');
    const [, first] = await window.recorded();
    await window.undo(first?.operationId ?? '');
    expect(user.told.at(-1)).toBe('Aurora already has this name at Amazon. Nothing was changed.');
  });

  it('cannot be undone where the service does not tell the earlier name', async () => {
    user.will(enters('Borealis'), (prompt) => {
      expect(prompt).toMatchObject({ detail: expect.stringContaining('Current: unknown') as unknown });
      return presses('Rename')(prompt);
    });
    await rename(B);
    expect(user.notifications).toMatchObject([{ buttons: [] }]);
    const [only] = await window.recorded();
    await window.undo(only?.operationId ?? '');
    expect(user.told.at(-1)).toContain('its earlier name at Amazon is unknown');
  });

  it('sends nothing to an endpoint that was set while the question was open', async () => {
    user.will(
      enters('Aurora Palace', 'Hotel Aurora'),
      (prompt) => {
        window.changeEndpoint('https://other.example');
        return presses('Rename')(prompt);
      },
      (prompt) => {
        expect(prompt).toMatchObject({ detail: expect.stringContaining('The API endpoint was changed') as unknown });
        return undefined;
      },
    );
    await rename();
    expect(window.onboarding.sent).toEqual([]);
  });

  it('is of one service provider at a time, which the service knows', async () => {
    await rename([A, B]);
    expect(user.told).toEqual(['You can rename only one service provider at a time.']);
    window.service.unknown.add(A);
    user.will(enters('Aurora Palace'));
    await rename();
    expect(user.told.at(-1)).toBe('Aurora was not renamed at Amazon. The service has no such service provider.');
    expect(window.onboarding.sent).toEqual([]);
  });
});
