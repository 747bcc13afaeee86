import { describe, expect, it } from 'vitest';
import { ExclusiveWrites } from '../../../../src/core/crossWindow/exclusiveWrites';
import { SharedLock } from '../../../support/sharedLock';

describe('an exclusive write', () => {
  it('settles like its task, and the next one runs even after a failure', async () => {
    const writes = new ExclusiveWrites(new SharedLock(), 0);
    await expect(writes.run('name', () => Promise.reject(new Error('of the act')))).rejects.toThrow('of the act');
    expect(await writes.run('name', () => Promise.resolve('succeeded'))).toBe('succeeded');
  });

  it('fails when the lock fails, instead of never ending', async () => {
    const writes = new ExclusiveWrites(
      {
        withLock: () => Promise.reject(new Error('of the lock')),
        activity: () => Promise.resolve(undefined),
      },
      0,
    );
    await expect(writes.run('name', () => Promise.resolve())).rejects.toThrow('of the lock');
  });
});
