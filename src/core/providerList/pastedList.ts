import * as l10n from '@vscode/l10n';
import { looksLikeSecret } from '../model/identifiers';
import { sanitizeText } from '../text/sanitizeText';
import { parseCsv } from './csvFile';
import { fieldOf, type FileEntries, type FileEntry, type LineProblem } from './fileEntries';

/** What service provider IDs begin with. In a list, only this tells an ID from a word of a name. */
const PREFIX = 'amzn1.comms.csp.id.';

const BEFORE_ID = /(?<=^|[\s,;"'[])(?=amzn1\.comms\.csp\.id\.)/;
const ID_WITH_NAME = /^\s*amzn1\.comms\.csp\.id\.\S+\t\s*\S/;

/** Of what is not an ID. In characters. */
const MAX_SHOWN = 500;

const SEPARATORS = /[\s,;"'[\]]+/;

/** As many as VS Code's input box takes in: it cuts off the rest of a longer text. In characters. */
const BOX_LENGTH = 524_288;

/** Whether a text has several service provider IDs, or one with a name after a tab, as copied from a spreadsheet. */
export function isPastedList(text: string): boolean {
  return piecesOf(text).filter((piece) => piece.startsWith(PREFIX)).length > 1 || ID_WITH_NAME.test(text);
}

/** Whether a text is nothing but service provider IDs, several of them on a line. */
export function isListOfIds(text: string): boolean {
  const lines = text.split('\n').map(tokensOf);
  return lines.some(({ length }) => length > 1) && lines.flat().every((token) => token.startsWith(PREFIX));
}

/**
 * Returns the text that was pasted into an input box, which replaces each line break by a space and cuts off long texts.
 *
 * @param entered what is in the box
 * @param copied what is in the clipboard: still the pasted text, or something else
 */
export function pastedText(entered: string, copied: string): string {
  const inBox = copied.replace(/\r\n|\r|\n/g, ' ');
  const isWhole = inBox.trim() === entered.trim();
  return isWhole || (entered.length >= BOX_LENGTH && inBox.startsWith(entered)) ? copied : entered;
}

/**
 * Parses any text with service provider IDs, separated by line breaks, spaces, commas or semicolons, each with a name after
 * a tab, if it has one; or a table whose first line names its columns.
 */
export function parsePastedList(text: string): FileEntries {
  const table = hasHeader(text) ? parseCsv(text) : undefined;
  return table && 'entries' in table ? table : entriesOf(text);
}

/** Whether the first line names the columns of a table. */
function hasHeader(text: string): boolean {
  const [first = ''] = text.trimStart().split(/[\r\n]/, 1);
  return !first.includes(PREFIX) && first.split(/[\t,;|]/).some((name) => fieldOf(name) === 'id');
}

function entriesOf(text: string): FileEntries {
  const entries: FileEntry[] = [];
  const problems: LineProblem[] = [];
  text.split(/\r\n|\r|\n/).forEach((content, index) => {
    const line = index + 1;
    for (const piece of piecesOf(content)) {
      const [id = '', name = '', ...more] = piece.split('\t').map((cell) => cell.trim());
      if (!piece.startsWith(PREFIX) || !piece.includes('\t')) {
        const tokens = tokensOf(piece);
        const others = tokens.filter((token) => !token.startsWith(PREFIX));
        for (const token of tokens) if (token.startsWith(PREFIX)) entries.push({ line, value: { id: token } });
        if (others.length > 0) problems.push(notAnId(line, others.join(' ')));
      } else if (more.some((cell) => cell !== '')) {
        problems.push({ line, id, problem: l10n.t('This line has more than an ID and a name, separated by a tab.') });
      } else {
        // A comma may also follow the name, where the next ID is on the same line.
        entries.push({ line, value: { id, name: name.replace(/[\s,;]+$/, '') } });
      }
    }
  });
  return { entries, problems, ignored: [] };
}

function notAnId(line: number, text: string): LineProblem {
  return {
    line,
    ...(!looksLikeSecret(text) && { id: sanitizeText(text, MAX_SHOWN) }),
    problem: l10n.t('Not an ID: these start with {0}, and a name follows after a tab.', 'amzn1.comms.csp.id'),
  };
}

/** Splits a text before each ID. */
function piecesOf(text: string): string[] {
  return text.split(BEFORE_ID).filter((piece) => piece.trim() !== '');
}

function tokensOf(text: string): string[] {
  return text.split(SEPARATORS).filter((token) => token !== '');
}
