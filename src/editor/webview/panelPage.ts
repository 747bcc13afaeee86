import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { pageLanguage } from '../pageLanguage';
import type { PageFrame } from './pageDocument';

/**
 * Lets the page of a panel run scripts and load the extension's media, and receives its messages. Ignores those that do
 * not match the schema.
 */
export function connectPage<T>(
  { webview }: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  schema: v.GenericSchema<unknown, T>,
  receive: (message: T) => void,
): void {
  webview.options = { enableScripts: true, localResourceRoots: [mediaUri(extensionUri)] };
  webview.onDidReceiveMessage((message: unknown) => {
    const read = v.safeParse(schema, message);
    if (read.success) receive(read.output);
  });
}

/**
 * Returns the frame for a new page in a panel.
 *
 * @param names of the page's styles and scripts
 */
export function pageFrame(
  { webview }: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  names: readonly string[],
): PageFrame {
  const uriOf = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(mediaUri(extensionUri), file)).toString();
  return {
    language: pageLanguage(),
    nonce: randomBytes(16).toString('base64'),
    cspSource: webview.cspSource,
    styleUris: ['page', ...names].map((name) => uriOf(`${name}.css`)),
    scriptUris: names.map((name) => uriOf(`${name}.js`)),
  };
}

function mediaUri(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'media');
}
