import { sanitizeText } from '../text/sanitizeText';

/** The used part of VS Code's LogOutputChannel. */
interface Log {
  info(message: string): void;
}

/** What the extension runs in. */
interface Start {
  /** The extension's version. */
  readonly version: string;
  /** Name and version of VS Code or its fork. */
  readonly editor: string;
  readonly isWeb: boolean;
  /** The kind of remote host, such as `ssh-remote`; for a VS Code server in the browser, its address. */
  readonly remoteName: string | undefined;
  /** Where requests are sent; undefined if the setting is invalid. */
  readonly endpoint: string | undefined;
}

/** Logs what support asks for first. Of the endpoint, logs only the origin, which contains no credentials. */
export function logStart(log: Log, { version, editor, isWeb, remoteName, endpoint }: Start): void {
  const remote = remoteName === undefined || /^[a-z-]+$/.test(remoteName) ? remoteName : 'server';
  const host = [isWeb ? 'web' : 'desktop', remote].filter(Boolean).join(', ');
  const api = endpoint === undefined ? 'invalid API endpoint' : `API endpoint ${new URL(endpoint).origin}`;
  log.info(`version ${version} started in ${sanitizeText(editor)} (${host}), ${api}`);
}
