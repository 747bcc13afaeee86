/**
 * Why the list was not edited:
 * - `notAList`: the setting is not a list
 * - `invalid`: the settings file is not valid JSON in UTF-8
 * - `unsaved`: the settings file is open with unsaved changes
 * - `gone`: the entry is no longer in the list
 * - `keepsChanging`: something else changed the list each time it was written
 * - `dismissed`: the user chose to keep the comments in the list
 */
export type WhyNotWritten = 'notAList' | 'invalid' | 'unsaved' | 'gone' | 'keepsChanging' | 'dismissed';

/** The list was not edited; it is unchanged. */
export class ListNotWritten extends Error {
  constructor(readonly why: WhyNotWritten) {
    super(why);
  }
}
