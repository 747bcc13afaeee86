#!/usr/bin/env node
// Stands in for ripgrep, an executable that VS Code finds files with. Lists all files below the current directory, one per
// line, but for the folders that an argument like `!**/name/**` excludes; VS Code itself checks what else is wanted.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const rgPath = fileURLToPath(import.meta.url);

if (process.argv[1]?.endsWith('/ripgrep.mjs')) {
  const excluded = process.argv.flatMap((argument) => /^!\*\*\/([^*/]+)(?:\/\*\*)?$/.exec(argument)?.[1] ?? []);
  const list = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (excluded.includes(entry.name)) continue;
      if (entry.isDirectory()) list(file);
      else process.stdout.write(`${file}\n`);
    }
  };
  list('.');
}
