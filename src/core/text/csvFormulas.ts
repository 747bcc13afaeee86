/**
 * What a spreadsheet runs as a formula, also in a file: `=` and its like at the beginning of a cell, or behind a tab or a line
 * break there. Where the list separator of the system is not the one of the file, a spreadsheet splits the text of a cell at
 * it, so a semicolon, tab or vertical bar begins a cell too. Apostrophes before the sign come from an earlier guard.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const UNGUARDED = /(?<=^|[;|\t\r\n]) *(?='*[=+\-@＝＋－＠])|^ *(?='*[\t\r\n])/g;
const GUARDED = /(?<=(?:^|[;|\t\r\n]) *)'(?='*[=+\-@＝＋－＠])|(?<=^ *)'(?='*[\t\r\n])/g;

/** The text of a cell with an apostrophe before whatever a spreadsheet would run, which it takes for text then. */
export function escapeFormula(cell: string): string {
  return cell.replace(UNGUARDED, "$&'");
}

/** Takes away what {@link escapeFormula} has put there, and nothing else. */
export function unescapeFormula(cell: string): string {
  return cell.replace(GUARDED, '');
}
