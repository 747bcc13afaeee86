/** The journal, to be bundled as shipped. */
export { FileLock } from '../../src/core/crossWindow/fileLock';
export { ChangeJournal } from '../../src/core/history/changeJournal';
export { searchChanges } from '../../src/core/history/historySearch';
export { JOURNAL_SIZE } from '../../src/core/history/journalFiles';
export { SkillNames } from '../../src/core/skills/skillNames';
