import * as vscode from 'vscode';
import { version } from '../../../package.json';
import { errorReport } from '../../core/errorReport/errorReport';
import { SUCCEEDED, type Command } from '../commandRunner/command';

/**
 * Opens VS Code's issue reporter, with the error report of the service provider if its last request failed. The user
 * reads the text before it is sent. It may become public, so it has the ID of the service provider and not its name.
 */
export const reportIssue: Command<'reportIssue'> = {
  async run(call, { providers, rows }) {
    const selected = rows.selected.flatMap((row) => (row.type === 'provider' ? [row.id] : []));
    const failures = (call.serviceProviderIds ?? selected).flatMap((id) => providers.status(id).lastFailure ?? []);
    const versions = { extension: version, editor: `${vscode.env.appName} ${vscode.version}` };
    const [failure] = failures;
    await vscode.commands.executeCommand('workbench.action.openIssueReporter', {
      extensionId: 'networkmapping.alexa-network-mapping',
      ...(failure !== undefined && { issueBody: errorReport(failure, failure.serviceProviderId, versions) }),
    });
    return SUCCEEDED;
  },
};
