import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { INPUT, RESULT } from './hostNames';

/** The extension with this ID, which must be installed and not activated yet. */
export function dormantExtension(id: string): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension(id);
  if (!extension) throw new Error(`${id} is not installed`);
  if (extension.isActive) throw new Error(`${id} was activated before it was measured`);
  return extension;
}

/** The input of the run. */
export function input(): unknown {
  return JSON.parse(process.env[INPUT] ?? 'null');
}

/** Passes the result of the run to the process that started it. */
export async function report(result: unknown): Promise<void> {
  await writeFile(process.env[RESULT] ?? '', JSON.stringify(result));
}
