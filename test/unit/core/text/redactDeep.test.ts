import { describe, expect, it } from 'vitest';
import { formatHistory, HISTORY_FORMATS } from '../../../../src/core/history/historyExport';
import { searchChanges } from '../../../../src/core/history/historySearch';
import { curlCommand } from '../../../../src/core/errorReport/curlCommand';
import { errorReport } from '../../../../src/core/errorReport/errorReport';
import { describeFailure } from '../../../../src/core/failures/failureMessages';
import { redact } from '../../../../src/core/text/redaction';
import { redactDeep } from '../../../../src/core/text/redactDeep';
import { toSearchResultMessage } from '../../../../src/editor/webview/changeHistoryRows';
import { errorDetailsHtml } from '../../../../src/editor/webview/errorDetailsHtml';
import { ACCESS_TOKEN, aFailure, skillsNamed } from '../../../support/builders';
import { aChange, historyOf, searchableHistoryOf } from '../../../support/recordedChanges';

const NAMES = [
  'Basic Inn Zürich',
  'Bearer Hall',
  'Hotel Basic Bearer Street',
  'zip code: 8001',
  'Zip Code:8001 Zürich',
  'Area code = 44',
  'Authorization: Front Desk',
];

describe('a copy without secrets', () => {
  it('has every string redacted at any depth, and everything else unchanged', () => {
    const value = { text: `a ${ACCESS_TOKEN} b`, all: [ACCESS_TOKEN, { 7: 'plain' }], count: 3, no: null, yes: true };
    expect(redactDeep(value)).toEqual({
      text: 'a [redacted] b',
      all: ['[redacted]', { 7: 'plain' }],
      count: 3,
      no: null,
      yes: true,
    });
    expect(value.all[0]).toBe(ACCESS_TOKEN);
  });

  it.each([...NAMES])('keeps “%s” in text from the user, but not in external text', (name) => {
    const own = { name, account: name, skillId: name, all: [name], title: `Remap: ${name}` };
    expect(redactDeep(own)).toEqual(own);
    const { serviceMessage, requestId } = redactDeep({ serviceMessage: name, requestId: name });
    expect([serviceMessage, requestId]).toEqual([redact(name), redact(name)]);
    expect(redact(name)).toContain('[redacted]');
  });
});

describe('a name that resembles a header or a parameter', () => {
  it.each([...NAMES])('remains “%s” in the history, its exports, the error details and the report', async (name) => {
    const change = aChange({ name, account: name });
    const bulk = [aChange({ id: '2', operationId: 'a', name }), aChange({ id: '1', operationId: 'a', name })];
    let words = '';
    for (const changes of [[change], bulk]) {
      await searchChanges(
        searchableHistoryOf(changes),
        '',
        skillsNamed(),
        200,
        new AbortController().signal,
        (found) => {
          words = JSON.stringify(toSearchResultMessage(found, '', 'en', skillsNamed()));
        },
      );
      expect(words).toContain(name);
      expect(words).not.toContain('[redacted]');
    }
    for (const format of HISTORY_FORMATS) {
      let exported = '';
      for await (const piece of formatHistory(historyOf([change]).newestFirst(), format, skillsNamed()))
        exported += piece;
      expect(exported.split(name)).toHaveLength(3);
      expect(exported).not.toContain('[redacted]');
    }
    const failure = aFailure('badRequest', { status: 400 });
    expect(errorReport(failure, name, { extension: '1', editor: '2' })).toContain(name);
    const page = errorDetailsHtml({
      followUp: {},
      failure,
      providerName: name,
      explanation: describeFailure(failure),
      locale: 'en',
      language: 'en',
      nonce: 'x',
      cspSource: 'x',
      styleUris: ['x'],
      scriptUris: ['x'],
    });
    expect(page).not.toContain('[redacted]');
  });

  it('is unchanged in a cURL command', () => {
    const skillId = 'code=8001';
    expect(curlCommand(aFailure('badRequest', { operation: 'create', skillId }))).toContain(skillId);
  });
});
