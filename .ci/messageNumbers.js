// Numbers the messages in the code, and their translations.
const ts = require('typescript');

/** Between the translations of two messages. */
const SEPARATOR = '\t';

/**
 * Returns what is shipped of the translations of one language.
 *
 * @param {readonly string[]} keys
 * @param {Readonly<Record<string, string>>} translated without a key, the message remains English
 */
function numberedMessages(keys, translated) {
  const messages = keys.map((key) => translated[key] ?? '');
  if (messages.some((message) => message.includes(SEPARATOR))) throw new Error('A translation contains a tab.');
  return JSON.stringify({ messages: messages.join(SEPARATOR) });
}

/**
 * Returns a file in which each message has its number. Its lines remain the same, for debuggers.
 *
 * @param {string} source
 * @param {string} file
 * @param {ReadonlyMap<string, number>} numbers by key
 * @throws {Error} if `l10n` is used in any other way, or a message has no number
 */
function withNumbers(source, file, numbers) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  /** @type {{ start: number, end: number, text: string }[]} */
  const edits = [];
  /** @param {import('typescript').Node} node @param {string} problem @returns {never} */
  const fail = (node, problem) => {
    throw new Error(`${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${problem}`);
  };
  /** @param {import('typescript').CallExpression} call */
  const number = (call) => {
    const [first] = call.arguments;
    /** @type {Partial<Record<string, import('typescript').Expression>>} */
    const parts = {};
    if (first && ts.isObjectLiteralExpression(first)) {
      for (const property of first.properties) {
        if (!ts.isPropertyAssignment(property)) return fail(property, 'must be a property with a value');
        parts[property.name.getText()] = property.initializer;
      }
      const order = Object.keys(parts).join();
      if (!/^message(,args)?(,comment)?$/.test(order)) return fail(first, 'must be { message, args, comment }');
    }
    const { message = first, args, comment } = parts;
    if (!message || !ts.isStringLiteralLike(message)) return fail(call, 'the message must be a string');
    const comments = comment ? literals(comment) : [];
    if (!comments) return fail(call, 'the comment must be a list of strings');
    const key = comments.length > 0 ? `${message.text}/${comments.join('')}` : message.text;
    const found = numbers.get(key) ?? fail(call, 'run "npm run l10n"');
    edits.push({ start: call.expression.getStart(), end: message.getStart(), text: `message$(${found},` });
    if (message === first) return undefined;
    if (!args) edits.push({ start: message.end, end: call.end, text: ')' });
    else if (ts.isArrayLiteralExpression(args)) {
      edits.push(
        { start: message.end, end: args.getStart() + 1, text: ',' },
        { start: args.end - 1, end: call.end, text: ')' },
      );
    } else return fail(args, 'the arguments must be a list');
    return undefined;
  };
  /** @param {import('typescript').Node} node */
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isIdentifier(node) && node.text === 'l10n') {
      const { parent } = node;
      const used = (ts.isPropertyAccessExpression(parent) && parent.name === node ? parent : node).parent;
      const member = ts.isPropertyAccessExpression(used) ? used.name.text : undefined;
      if (member === 't' && ts.isCallExpression(used.parent) && used.parent.expression === used) number(used.parent);
      else if (member !== 'bundle' && member !== 'config') fail(node, 'l10n must be used in a call of l10n.t');
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return edits.length === 0 ? source : `import { message$ } from 'number-messages';${withEdits(source, edits)}`;
}

/**
 * Returns the strings of a list of string literals; undefined if it is anything else.
 *
 * @param {import('typescript').Expression} list
 */
function literals(list) {
  if (!ts.isArrayLiteralExpression(list)) return undefined;
  const strings = list.elements.filter((each) => ts.isStringLiteralLike(each));
  return strings.length === list.elements.length ? strings.map(({ text }) => text) : undefined;
}

/**
 * Returns a text after replacements, which keep its line breaks.
 *
 * @param {string} source
 * @param {{ start: number, end: number, text: string }[]} edits that do not overlap
 */
function withEdits(source, edits) {
  let result = '';
  let at = 0;
  for (const { start, end, text } of edits.sort((a, b) => a.start - b.start)) {
    result += source.slice(at, start) + text + source.slice(start, end).replace(/[^\n]+/g, '');
    at = end;
  }
  return result + source.slice(at);
}

module.exports = { numberedMessages, SEPARATOR, withNumbers };
