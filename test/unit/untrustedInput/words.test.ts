import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../../src/core/api/httpResponse';
import { formatHistory } from '../../../src/core/history/historyExport';
import { sanitizeText } from '../../../src/core/text/sanitizeText';
import { checkEndpoint } from '../../../src/core/model/endpoint';
import { parseConfiguredProviders } from '../../../src/core/model/configuredProviders';
import { parseCsv } from '../../../src/core/providerList/csvFile';
import { readProviderListFile } from '../../../src/core/providerList/providerListFile';
import { redact } from '../../../src/core/text/redaction';
import { redactSentSecrets } from '../../../src/core/text/sentSecrets';
import { checkRedirectUri } from '../../../src/core/model/redirectUri';
import { fromLine } from '../../../src/core/history/journalRecord';
import { parseContents } from '../../../src/core/auth/session';
import { escapeIcons, escapeLinks } from '../../../src/editor/prompts/escapeUiText';
import { hostileJson, hostileText } from '../../support/hostileText';
import { parse } from 'csv-parse/sync';
import { aRemap } from '../core/history/journals';
import { skillsNamed } from '../../support/builders';

describe('malicious text on one line', () => {
  it('is unchanged when cleaned again, and visible or empty', () => {
    expect(sanitizeText('a \u200b b')).toBe('a b');
    expect(sanitizeText('\u3164\ufe0f \u2800')).toBe('');
    expect(sanitizeText('❤️')).toBe('❤️');
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 60 }), (text, length) => {
        const once = sanitizeText(text, length);
        expect(sanitizeText(once, length)).toBe(once);
        expect(once).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(Array.from(once).length).toBeLessThanOrEqual(length + 1);
      }),
    );
  });

  it('contains no link in a message and no icon in a pick', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(escapeLinks(text)).not.toContain('](');
        expect(escapeIcons(text)).not.toMatch(/(?<!\\)\$\(/);
      }),
    );
  });
});

describe('malicious input', () => {
  it('is unchanged when redacted again, even with a differently encoded space', () => {
    expect(redact(redact('Bearer +*'))).toBe('Bearer +[redacted]');
  });

  it('is read without throwing, for any JSON in a setting, a secret, a file or the journal', () => {
    fc.assert(
      fc.property(hostileJson, (json) => {
        const text = JSON.stringify(json);
        parseConfiguredProviders(json);
        checkEndpoint(json);
        checkRedirectUri(json);
        parseContents(text);
        fromLine(text);
        readProviderListFile(Buffer.from(text), 'list.json');
        readProviderListFile(Buffer.from(text), 'list.csv');
      }),
    );
  });

  it('of megabytes takes time that grows linearly with its length', () => {
    const redacted = redact('Atza|'.repeat(2_000_000));
    expect(redacted).toBe('[redacted]');
    expect(checkEndpoint(`https://host/${'/'.repeat(1_000_000)}a`).ok).toBe(true);
    const manyColumns = `id${',x'.repeat(200_000)}\n${'a\n'.repeat(50_000)}`;
    expect(parseCsv(manyColumns)).toHaveProperty('entries.length', 50_000);
    const problem = checkRedirectUri(`http://127.0.0.1:9090/${'a'.repeat(1_000_000)}/../b${'c'.repeat(1_000_000)}`);
    expect(JSON.stringify(problem).length).toBeLessThan(400);
  });

  it('as a wait is ignored when it is too large for a number', () => {
    expect(retryAfterMs(new Headers({ 'retry-after': '9'.repeat(400) }), 0)).toBeUndefined();
  });

  it('with half a surrogate pair does not prevent the search for a sent secret', () => {
    expect(redactSentSecrets('a \ud800b c', ['\ud800b'])).toBe('a \ud800[redacted] c');
  });

  it('in the history is no formula in CSV', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const change = { ...aRemap(text), id: text, startedAtMs: 0, name: text, account: text };
        async function* changes() {
          yield await Promise.resolve(change);
        }
        let written = '';
        for await (const piece of formatHistory(changes(), 'csv', skillsNamed())) written += piece;
        const rows: string[][] = parse(written, { bom: true, record_delimiter: '\r\n' });
        for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});
