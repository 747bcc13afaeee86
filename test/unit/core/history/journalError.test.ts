import { describe, expect, it } from 'vitest';
import { JournalError } from '../../../../src/core/history/journalError';

const messageOf = (access: 'read' | 'write', code: string) =>
  new JournalError(access, '/journal', Object.assign(new Error('not shown'), { code })).message;

describe('the message that the change history', () => {
  it.each([
    ['EACCES', 'Check that you have permission to read /journal, then try again.'],
    ['EPERM', 'Check that you have permission to read /journal, then try again.'],
    ['ENOTDIR', 'There is a file in place of the folder /journal. Move the file away, then try again.'],
    ['EIO', 'Check the folder /journal, then try again.'],
  ])('could not be read because of %s says what helps', (code, remedy) => {
    expect(messageOf('read', code)).toBe(`The change history could not be read (${code}). ${remedy}`);
  });

  it.each([
    ['EACCES', 'Check that you have permission to write to /journal, then try again.'],
    ['EEXIST', 'There is a file in place of the folder /journal. Move the file away, then try again.'],
    ['ENOSPC', 'Free up disk space, then try again.'],
    ['EMFILE', 'Check the folder /journal, then try again.'],
  ])('could not be written because of %s says what helps', (code, remedy) => {
    expect(messageOf('write', code)).toBe(`The change history could not be written (${code}). ${remedy}`);
  });
});
