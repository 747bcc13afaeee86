import { describe, expect, it } from 'vitest';
import { ExclusiveWrites } from '../../../../src/core/crossWindow/exclusiveWrites';
import { SharedLock } from '../../../support/sharedLock';

describe('a shared write', () => {
  it('settles as its act does, and the next one comes after one that failed', async () => {
    const writes = new ExclusiveWrites(new SharedLock(), 0);
    await expect(writes.run('name', () => Promise.reject(new Error('of the act')))).rejects.toThrow('of the act');
    expect(await writes.run('name', () => Promise.resolve('done'))).toBe('done');
  });

  it('fails where the lock does, instead of never ending', async () => {
    const writes = new ExclusiveWrites({ withLock: () => Promise.reject(new Error('of the lock')) }, 0);
    await expect(writes.run('name', () => Promise.resolve())).rejects.toThrow('of the lock');
  });
});
