import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { INPUT, RESULT } from './hostNames';

/** The extension under this id, which has to be there and must not have been activated yet. */
export function dormantExtension(id: string): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension(id);
  if (!extension) throw new Error(`${id} is not there`);
  if (extension.isActive) throw new Error(`${id} was activated before it was measured`);
  return extension;
}

/** What the run was given. */
export function input(): unknown {
  return JSON.parse(process.env[INPUT] ?? 'null');
}

/** Hands the result of the run to whoever started it. */
export async function report(result: unknown): Promise<void> {
  await writeFile(process.env[RESULT] ?? '', JSON.stringify(result));
}
