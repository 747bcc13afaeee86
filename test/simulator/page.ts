import { readFile } from 'node:fs/promises';

/** The files of the page, by the path under which they are served. */
const pageFiles: Record<string, { file: string; contentType: string }> = {
  '/': { file: 'index.html', contentType: 'text/html; charset=utf-8' },
  '/_simulator/page.css': { file: 'page.css', contentType: 'text/css; charset=utf-8' },
  '/_simulator/page.js': { file: 'page.js', contentType: 'text/javascript; charset=utf-8' },
  '/_simulator/icon.svg': { file: 'icon.svg', contentType: 'image/svg+xml' },
};

/** The file of the page at this path, or undefined. */
export async function readPageFile(path: string): Promise<{ bytes: Buffer; contentType: string } | undefined> {
  const known = Object.hasOwn(pageFiles, path) ? pageFiles[path] : undefined;
  if (!known) return undefined;
  return { bytes: await readFile(new URL(`./page/${known.file}`, import.meta.url)), contentType: known.contentType };
}
