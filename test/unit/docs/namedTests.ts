import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');

/** Returns the text of a file of the repository. */
export function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Returns each file that a document names in code marks, with the titles of tests that follow it in quotation marks. */
export function namedIn(document: string): { readonly file: string; readonly titles: readonly string[] }[] {
  const named = textOf(document).matchAll(/`((?:src|test|media)\/[^`]+\.\w+|[\w.]+\.(?:json|md))`((?:,? “[^”]+”)*)/g);
  return [...named].map(([, file = '', titles = '']) => ({
    file,
    titles: [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title),
  }));
}
