/**
 * What a spreadsheet runs as a formula, also in a file: `=` and similar signs at the beginning of a cell, or after a
 * tab or a line break in it. If the system's list separator is not the file's, a spreadsheet splits the text of a cell
 * at it, so a semicolon, tab or vertical bar also begins a cell. Apostrophes before the sign come from an earlier
 * escape.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const UNGUARDED = /(?<=^|[;|\t\r\n]) *(?='*[=+\-@＝＋－＠])|^ *(?='*[\t\r\n])/g;
const GUARDED = /(?<=(?:^|[;|\t\r\n]) *)'(?='*[=+\-@＝＋－＠])|(?<=^ *)'(?='*[\t\r\n])/g;

/** Returns a cell with an apostrophe before any formula, so that a spreadsheet treats it as text. */
export function escapeFormula(cell: string): string {
  return cell.replace(UNGUARDED, "$&'");
}

/** Reverts {@link escapeFormula}, and nothing else. */
export function unescapeFormula(cell: string): string {
  return cell.replace(GUARDED, '');
}
