import { describe, expect, it } from 'vitest';
import { ProgressSummary } from '../../../../src/editor/commandRunner/progressSummary';

describe('the progress summary', () => {
  it('shows all operations in the order in which they started, and nothing when the last has ended', () => {
    const lines: (string | undefined)[] = [];
    const acts = new ProgressSummary((line) => lines.push(line));
    const one = acts.start('Remapping: 0 of 2');
    const other = acts.start('Deleting: 0 of 3');
    one.update('Remapping: 1 of 2');
    other.update('Deleting: 1 of 3');
    other.finish();
    one.finish();
    expect(lines).toEqual([
      'Remapping: 0 of 2',
      'Remapping: 0 of 2 · Deleting: 0 of 3',
      'Remapping: 1 of 2 · Deleting: 0 of 3',
      'Remapping: 1 of 2 · Deleting: 1 of 3',
      'Remapping: 1 of 2',
      undefined,
    ]);
  });

  it('is cleared once', () => {
    const lines: (string | undefined)[] = [];
    const act = new ProgressSummary((line) => lines.push(line)).start('Remapping: 1 of 2');
    act.finish();
    act.finish();
    expect(lines).toEqual(['Remapping: 1 of 2', undefined]);
  });
});
