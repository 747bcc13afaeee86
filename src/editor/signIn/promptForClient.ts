import * as vscode from 'vscode';
import type { Client } from '../../core/auth/session';
import { checkClientId, checkClientSecret } from '../../core/auth/credentials';
import { promptForText, BACK, type PromptButton } from '../prompts/promptForText';

/** The page with the client ID and secret of a security profile, and its Allowed Return URLs. */
const SECURITY_PROFILES = 'https://developer.amazon.com/loginwithamazon/console/site/lwa/overview.html';

interface ClientSteps {
  readonly title: string;
  /** The initial client ID. */
  readonly clientId: string;
  /** The number of earlier steps. */
  readonly precedingSteps: number;
  /** Shown before and after the text on where to find them. */
  readonly where?: string;
  readonly hint?: string;
  readonly buttons?: readonly PromptButton[];
}

/**
 * Asks for the client ID and then the client secret of a security profile.
 *
 * @returns undefined if the user leaves, {@link BACK} if they go back from the first step
 */
export async function promptForClient({
  title,
  clientId,
  precedingSteps,
  where = '',
  hint = '',
  buttons = [],
}: ClientSteps): Promise<Client | typeof BACK | undefined> {
  const allButtons: readonly PromptButton[] = [
    {
      icon: 'link-external',
      tooltip: vscode.l10n.t('Open the Security Profiles'),
      run: () => vscode.env.openExternal(vscode.Uri.parse(SECURITY_PROFILES)),
    },
    ...buttons,
  ];
  let id = clientId;
  for (;;) {
    const enteredId = await promptForText({
      title,
      prompt:
        `${where} ${vscode.l10n.t('The client ID from the Web Settings of your security profile, at developer.amazon.com under Login with Amazon.')} ${hint}`.trim(),
      placeholder: 'amzn1.application-oa2-client.…',
      value: id,
      step: { number: precedingSteps + 1, of: precedingSteps + 2 },
      buttons: allButtons,
      check: checkClientId,
    });
    if (enteredId === undefined || enteredId === BACK) return enteredId;
    id = enteredId;
    const secret = await promptForText({
      title,
      prompt:
        `${where} ${vscode.l10n.t("The client secret of the same security profile. Stored in VS Code's secret storage.")} ${hint}`.trim(),
      placeholder: 'amzn1.oa2-cs.v1.…',
      secret: true,
      step: { number: precedingSteps + 2, of: precedingSteps + 2 },
      buttons: allButtons,
      check: checkClientSecret,
    });
    if (secret === undefined) return undefined;
    if (secret !== BACK) return { id, secret };
  }
}
