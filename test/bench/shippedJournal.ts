/** The journal, to be bundled as it ships. */
export { FileLock } from '../../src/acrossWindows/fileLock';
export { ChangeJournal } from '../../src/journal/changeJournal';
export { JOURNAL_SIZE } from '../../src/journal/journalFiles';
