import type { ChangeRecord } from '../history/changeRecord';
import type { ChangeSender } from '../model/networkMapping';

/**
 * Returns the newest create with a logical ID, by the same account at the same endpoint, that succeeded or may have. The
 * logical ID is in use then, or may be.
 *
 * @param newestFirst the journal
 */
export async function earlierCreation(
  newestFirst: AsyncIterable<ChangeRecord>,
  logicalId: string,
  { account, endpoint }: Pick<ChangeSender, 'account' | 'endpoint'>,
): Promise<ChangeRecord | undefined> {
  for await (const change of newestFirst) {
    if (change.operation !== 'createProvider' || change.logicalId !== logicalId) continue;
    if (change.account !== account || change.endpoint !== endpoint) continue;
    const result = change.completed?.result;
    if (result !== 'failed' && result !== 'notSent') return change;
  }
  return undefined;
}
