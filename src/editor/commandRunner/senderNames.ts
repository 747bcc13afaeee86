import * as vscode from 'vscode';
import type { SenderNames } from '../../core/operations/operationText';
import type { ChangeSender } from '../../core/model/networkMapping';
import { isUsualApiEndpoint } from '../settings/apiEndpoint';
import type { CommandContext } from './command';

/** Returns the accounts and the endpoint of these senders, if the user might confuse them with others. */
export async function senderNames(
  senders: readonly ChangeSender[],
  { sessions }: Pick<CommandContext, 'sessions'>,
): Promise<SenderNames> {
  const { byName } = await sessions.read();
  const accounts = new Set(senders.flatMap(({ account }) => account ?? []));
  const [endpoint] = senders.map((sender) => sender.endpoint);
  const isOther = endpoint !== undefined && URL.canParse(endpoint) && !isUsualApiEndpoint(endpoint);
  return {
    account: byName.size > 1 ? new Intl.ListFormat(vscode.env.language).format(accounts) : undefined,
    host: isOther ? new URL(endpoint).host : undefined,
  };
}
