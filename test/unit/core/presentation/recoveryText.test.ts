import { describe, expect, it } from 'vitest';
import { interruptedText } from '../../../../src/core/presentation/recoveryText';

const NOTHING = { confirmed: [], unconfirmed: [], unread: [], late: [] };

describe('the message on recovered changes', () => {
  it('is empty when nothing was recovered', () => {
    expect(interruptedText(NOTHING)).toBeUndefined();
  });

  it.each([
    [{ confirmed: ['Hotel a'] }, 'A change of Hotel a was interrupted when a window closed. Took effect: 1.'],
    [{ unconfirmed: ['Hotel a'] }, 'A change of Hotel a was interrupted when a window closed. Unconfirmed: 1.'],
    [
      { unread: ['Hotel a'] },
      'A change of Hotel a was interrupted when a window closed. Could not be read yet: 1. Retrying at the next start.',
    ],
    [{ late: ['Hotel a'] }, 'An unconfirmed change of Hotel a took effect.'],
    [{ late: ['Hotel a', 'Hotel b'] }, '2 unconfirmed changes took effect.'],
  ])('names the only service provider: %o', (some, text) => {
    expect(interruptedText({ ...NOTHING, ...some })).toBe(text);
  });

  it('has counts that add up', () => {
    const settled = { confirmed: ['a', 'b', 'a'], unconfirmed: ['c', 'd'], unread: ['e'], late: ['Hotel f'] };
    expect(interruptedText(settled)).toBe(
      '6 changes were interrupted when a window closed. Took effect: 3. Unconfirmed: 2. ' +
        'Could not be read yet: 1. Retrying at the next start. An unconfirmed change of Hotel f took effect.',
    );
  });
});
