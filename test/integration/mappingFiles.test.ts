import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { run } from './support/extension';
import { useListed } from './support/listed';
import { row, rows } from './support/rows';
import { CLINIC, HARBOUR, HOTEL, VILLA } from './support/service';

const TEXT = `// Production. Ask the desk first.
{
  "mappings": [
    { "serviceProviderId": "${HOTEL.id}", "skillId": "${SKILL}" }, // Aurora
    {   "skillId":"${THIRD_SKILL}",
        "serviceProviderId":"${CLINIC.id}", "name": "The clinic" } /* not in the list */
  ],
  "absent": [ "${HARBOUR.id}" ] // closed
}
`;

describe('a mapping file', () => {
  const service = useListed([HOTEL, HARBOUR, VILLA]);
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const uri = vscode.Uri.joinPath(folder.uri, 'hotels.network-mappings.json');

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(uri);
  });

  const drifted = () =>
    vscode.languages
      .getDiagnostics(uri)
      .filter(({ source }) => source === 'Alexa Network Mapping')
      .map(({ severity, message }) => {
        assert.equal(severity, vscode.DiagnosticSeverity.Information);
        return message;
      });
  const counts = async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
    return lenses.map(({ command }) => command?.title)[0] ?? '';
  };
  const told = () => vscodeSpy.messages.filter(({ modal }) => !modal).map(({ text }) => text);

  it('is compared, applied, compared after another client, undone, and updated with its comments', async () => {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(TEXT));
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.languageId, 'jsonc');
    await vscode.window.showTextDocument(document);
    await eventually(() => {
      assert.deepEqual(drifted(), [
        'The service differs: not mapped.',
        `The service differs: mapped to ${OTHER_SKILL}.`,
      ]);
    });
    assert.match(await counts(), /^1 agrees, 2 differ · as of /);
    const mark = ', differs from hotels.network-mappings.json';
    assert.equal(row(HARBOUR.id).says, `Harbour House, mapped to ${OTHER_SKILL}${mark}`);
    assert.equal(row(CLINIC.id).description, 'not mapped · differs from hotels.network-mappings.json');
    assert.ok(!row(CLINIC.id).words.includes('listed'));
    assert.equal(row(HOTEL.id).says, `Hotel Aurora, mapped to ${SKILL}`);
    const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      uri,
      document.positionAt(TEXT.indexOf(HOTEL.id)),
    );
    const [content] = hover?.contents ?? [];
    assert.match(content instanceof vscode.MarkdownString ? content.value : '', /Hotel Aurora[^]*The service agrees/);

    vscodeSpy.answerNextModal('Apply');
    await run('applyMappingFile', uri);
    assert.deepEqual(
      [HOTEL, HARBOUR, CLINIC, VILLA].map(({ id }) => service.truth[id]),
      [SKILL, null, THIRD_SKILL, null],
    );
    await eventually(() => {
      assert.deepEqual(drifted(), []);
    });
    assert.match(told().at(-1) ?? '', /^Changed 2 of 3\./);
    assert.equal(row(CLINIC.id).says, `The clinic, mapped to ${THIRD_SKILL}, from hotels.network-mappings.json`);

    service.control.setProvider({ serviceProviderId: HOTEL.id, skillId: OTHER_SKILL });
    await run('compareMappingFile');
    assert.equal(told().at(-1), 'hotels.network-mappings.json: 2 agree, 1 differs');
    await eventually(() => {
      assert.deepEqual(drifted(), [`The service differs: mapped to ${OTHER_SKILL}.`]);
    });

    vscodeSpy.answerNextModal('Undo');
    await run('undoLastChange');
    assert.deepEqual(
      [HOTEL, HARBOUR, CLINIC].map(({ id }) => service.truth[id]),
      [OTHER_SKILL, OTHER_SKILL, null],
    );

    service.control.setProvider({ serviceProviderId: CLINIC.id, skillId: SKILL });
    service.control.setProvider({ serviceProviderId: HARBOUR.id, skillId: null });
    await run('updateMappingFile', uri);
    const updated = TEXT.replace(SKILL, OTHER_SKILL).replace(THIRD_SKILL, SKILL);
    assert.equal(document.getText(), updated);
    await eventually(() => {
      assert.deepEqual(drifted(), []);
    });
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), TEXT);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await eventually(() => {
      assert.deepEqual(
        rows().map(({ id }) => id),
        [HOTEL, HARBOUR, VILLA].map(({ id }) => id),
      );
    });
  });
});
