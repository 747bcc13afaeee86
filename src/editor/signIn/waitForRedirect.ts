import * as vscode from 'vscode';
import { describeSignInFailure, pasteInsteadText, redirectTimeoutHint } from '../../core/failures/signInMessages';
import type { SignInFailure } from '../../core/failures/signInFailure';
import { escapeIcons, escapeLinks } from '../prompts/escapeUiText';
import { toQuickInputButtons, type PromptButton } from '../prompts/promptForText';
import { PASTE_ADDRESS_COMMAND } from '../commandNames';

/**
 * Show the box after this time, because Amazon's page that rejects a return URL or a scope never redirects.
 * Milliseconds.
 */
const HINT_AFTER_MS = 30_000;

/** In milliseconds. Amazon's page may ask for a password, a second factor and consent. */
const SIGN_IN_TIMEOUT_MS = 10 * 60_000;

interface WaitOptions {
  readonly redirectUri: string;
  readonly isExpectedRedirect: (address: URL) => boolean;
  /** Resolves when the browser was redirected to the listener. */
  readonly redirected?: Promise<URL>;
  /** Why the browser cannot be redirected: there is no listener. */
  readonly problem?: SignInFailure;
  /** The browser may be on another machine, so that the user has to paste the URL. */
  readonly isRemoteUi: boolean;
  /** Aborted when a newer sign-in replaces this one. */
  readonly stopped: AbortSignal;
  /** Opens the browser; returns whether that succeeded. */
  readonly openBrowser: () => Promise<boolean>;
  readonly buttons: readonly PromptButton[];
}

/** The box of the sign-in that waits in this window. */
let waitingBox: vscode.InputBox | undefined;

/** Shows the box for the redirect URL again. Returns whether a sign-in is waiting. */
export function showAddressBox(): boolean {
  waitingBox?.show();
  return waitingBox !== undefined;
}

/**
 * Opens the browser and waits for its redirect: to the listener, or as the URL that the user pastes into the box. The
 * box is shown from the beginning, because nothing shows whether the redirect will work. VS Code hides it when anything
 * else prompts, such as the Command Palette, so the sign-in continues without it: a notification cancels the sign-in,
 * or shows the box again.
 *
 * @returns the URL, or what ended the wait
 */
export async function waitForRedirect(
  waiting: WaitOptions,
): Promise<URL | 'redirectTimeout' | 'canceled' | 'superseded'> {
  if (waiting.stopped.aborted) return 'superseded';
  const box = vscode.window.createInputBox();
  box.title = vscode.l10n.t('Sign In with the Browser');
  box.prompt = waiting.isRemoteUi
    ? vscode.l10n.t(
        'Sign in on the page that was opened. If the last page cannot be displayed, paste its address here.',
      )
    : vscode.l10n.t('Sign in on the page that was opened. This box closes automatically when you are done.');
  box.placeholder = vscode.l10n.t('Address of the last page: {0}', `${waiting.redirectUri}?code=…`);
  // The code in the URL is a secret, though valid only for minutes.
  box.password = true;
  box.ignoreFocusOut = true;
  box.busy = true;
  const buttons = toQuickInputButtons([
    { icon: 'link-external', tooltip: vscode.l10n.t('Open the Sign-In Page Again'), run: waiting.openBrowser },
    ...waiting.buttons,
  ]);
  box.buttons = buttons.all;
  const hint = (text: string, severity: vscode.InputBoxValidationSeverity) => {
    box.validationMessage = { message: escapeLinks(escapeIcons(text)), severity };
  };
  const { Error, Info, Warning } = vscode.InputBoxValidationSeverity;
  const timers: NodeJS.Timeout[] = [];
  waitingBox = box;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  try {
    return await new Promise((resolve) => {
      void waiting.redirected?.then(resolve);
      box.onDidTriggerButton(buttons.onTrigger);
      box.onDidChangeValue(() => {
        box.validationMessage = undefined;
      });
      box.onDidAccept(() => {
        const address = pastedAddress(box.value, waiting.redirectUri);
        if (address && waiting.isExpectedRedirect(address)) resolve(address);
        else hint(problemOf(address, waiting.redirectUri), Error);
      });
      waiting.stopped.addEventListener('abort', () => {
        resolve('superseded');
      });
      void vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t('Waiting for the sign-in in the browser'),
          cancellable: true,
        },
        (report, cancellation) => {
          cancellation.onCancellationRequested(() => {
            resolve('canceled');
          });
          report.report({ message: `[${vscode.l10n.t('Paste Address…')}](command:${PASTE_ADDRESS_COMMAND})` });
          return ended;
        },
      );
      box.show();
      if (waiting.problem) hint(pasteInsteadText(waiting.problem), Warning);
      timers.push(
        setTimeout(() => {
          if (box.value === '') hint(redirectTimeoutHint(waiting.redirectUri), Info);
        }, HINT_AFTER_MS),
        setTimeout(() => {
          resolve('redirectTimeout');
        }, SIGN_IN_TIMEOUT_MS),
      );
      void waiting.openBrowser().then((opened) => {
        if (!opened)
          hint(vscode.l10n.t('The browser was not opened. Use the button above to open the page again.'), Warning);
      });
    });
  } finally {
    for (const timer of timers) clearTimeout(timer);
    waitingBox = undefined;
    box.dispose();
    end();
  }
}

/** Browsers show URLs without their scheme, and some copy them that way. */
function pastedAddress(pasted: string, redirectUri: string): URL | undefined {
  const text = pasted.trim();
  const address = text.startsWith(new URL(redirectUri).host) ? `http://${text}` : text;
  return URL.canParse(address) ? new URL(address) : undefined;
}

function problemOf(address: URL | undefined, redirectUri: string): string {
  if (!address?.href.startsWith(redirectUri)) {
    return vscode.l10n.t('Paste the full address of the last page in the browser. It starts with {0}', redirectUri);
  }
  return describeSignInFailure({ kind: 'unexpectedRedirect' }).cause;
}
