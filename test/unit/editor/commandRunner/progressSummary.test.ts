import { describe, expect, it } from 'vitest';
import { ActsUnderWay } from '../../../../src/editor/commandRunner/progressSummary';

describe('what is said of the acts that are under way', () => {
  it('is said of all of them, in the order in which they began, and of none when the last has ended', () => {
    const lines: (string | undefined)[] = [];
    const acts = new ActsUnderWay((line) => lines.push(line));
    const one = acts.begin('Remapping: 0 of 2');
    const other = acts.begin('Deleting: 0 of 3');
    one.say('Remapping: 1 of 2');
    other.say('Deleting: 1 of 3');
    other.end();
    one.end();
    expect(lines).toEqual([
      'Remapping: 0 of 2',
      'Remapping: 0 of 2 · Deleting: 0 of 3',
      'Remapping: 1 of 2 · Deleting: 0 of 3',
      'Remapping: 1 of 2 · Deleting: 1 of 3',
      'Remapping: 1 of 2',
      undefined,
    ]);
  });

  it('is taken back once', () => {
    const lines: (string | undefined)[] = [];
    const act = new ActsUnderWay((line) => lines.push(line)).begin('Remapping: 1 of 2');
    act.end();
    act.end();
    expect(lines).toEqual(['Remapping: 1 of 2', undefined]);
  });
});
