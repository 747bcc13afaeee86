import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { extension, extensionContext, extensionModule, unhandledErrors } from './support/extension';
import { seenWords } from './support/rows';
import { secretsIn } from './support/secrets';
import { PROXIED_ENDPOINT } from './support/service';

interface Menu {
  readonly when?: string;
}

/** The tests before this one have covered every state of the extension; this checks what remains. */
describe('at the end', () => {
  const { contributes } = extension.packageJSON as {
    contributes: {
      menus: Record<string, Menu[]>;
      viewsWelcome: Menu[];
      views: Record<string, Menu[]>;
      walkthroughs: { steps: { completionEvents: string[] }[] }[];
    };
  };
  const steps = contributes.walkthroughs
    .flatMap((walkthrough) => walkthrough.steps.flatMap(({ completionEvents }) => completionEvents))
    .flatMap((event) => /^onContext:(.+)$/.exec(event)?.[1] ?? []);
  const clauses = [contributes.menus, contributes.views, { welcome: contributes.viewsWelcome }]
    .flatMap((places) => Object.values(places).flat())
    .flatMap(({ when }) => when ?? [])
    .concat(steps)
    .flatMap((when) => when.split(/&&|\|\|/).map((part) => part.replace(/^[\s(]+|[\s)]+$/g, '')));

  it('the code has set every context key to every value that a when clause requires', () => {
    const required = clauses.flatMap((clause) => {
      const [, key = '', value] = /^(alexaNetworkMapping\.\w+)(?: [!=]= (\w+))?$/.exec(clause) ?? [];
      return key ? [[key, value] as const] : [];
    });
    assert.ok(required.length > 5);
    for (const [key, value] of required) {
      const given = vscodeSpy.contextValues.get(key) ?? new Set();
      assert.ok(value === undefined ? given.size > 0 : given.has(value), `${key} never was ${value ?? 'set'}`);
    }
  });

  it('there was a row for every word that a when clause matches', () => {
    const words = clauses.flatMap((clause) => {
      const [, word] = /^viewItem =~ \/(?:\\b|\^)(\w+)(?:\\b)?\/$/.exec(clause) ?? [];
      return word ?? [];
    });
    assert.deepEqual(
      new Set(words),
      new Set(['provider', 'listed', 'mapped', 'notMapped', 'failed', 'noAccount', 'skill', 'group']),
    );
    for (const word of words) assert.ok(seenWords.has(word), `no row was ever "${word}"`);
  });

  it('no when clause requires anything else', () => {
    const known =
      /^(view == [\w.]+|!?listMultiSelection|viewItem =~ \/\S+\/|resourceFilename =~ \/\S+\/|alexaNetworkMapping\.\w+( [!=]= \w+)?)$/;
    assert.deepEqual(
      clauses.filter((clause) => !known.test(clause)),
      [],
    );
  });

  it('every request was sent to an endpoint in the user settings', () => {
    assert.ok(vscodeSpy.requested.length > 100);
    assert.deepEqual(
      vscodeSpy.requested.filter((url) => !url.startsWith('http://127.0.0.1:') && !url.startsWith(PROXIED_ENDPOINT)),
      [],
    );
  });

  it('the log has a line for each request, each sign-in and each renewal, and no secret', async () => {
    const log = await eventually(async () => {
      const folder = extensionContext().logUri.fsPath;
      const files = await readdir(folder);
      const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
      const text = texts.join('\n');
      assert.match(text, /\[[0-9a-f]{4}\] GET \/v1\/communications\/serviceProviders\/\S+\/network 200 \d+ ms/);
      assert.match(text, /\[[0-9a-f]{4}\] POST \S+ 201 \d+ ms/);
      assert.match(text, /\[[0-9a-f]{4}\] DELETE \S+ 200 \d+ ms/);
      assert.match(text, /\[Login with Amazon\] signed in to "far east"/);
      assert.match(text, /\[Login with Amazon\] session of "default" renewed \d+ ms/);
      assert.match(text, /\[Login with Amazon\] session of "default" not renewed: refreshTokenRevoked\b.* \d+ ms/);
      assert.match(text, /\[Login with Amazon\] sign-in failed: consentDenied/);
      return text;
    });
    assert.doesNotMatch(log, /Atz[ar]\||oa2-cs|bearer/i);
    assert.deepEqual(secretsIn(log), []);
  });

  it('the extension deactivates without an error, and unregisters its commands', async () => {
    await extensionModule.deactivate();
    for (const each of extensionContext().subscriptions.toReversed()) await each.dispose();
    const left = await vscode.commands.getCommands(true);
    assert.deepEqual(
      [...vscodeSpy.registeredCommands].filter((command) => left.includes(command)),
      [],
    );
  });

  it('no error was unhandled, and VS Code’s log of the extension host has none', async () => {
    const logs = path.dirname(extensionContext().logUri.fsPath);
    const files = (await readdir(logs)).filter((file) => file.endsWith('exthost.log'));
    assert.ok(files.length > 0, `no log of the extension host in ${logs}`);
    const lines = (await Promise.all(files.map((file) => readFile(path.join(logs, file), 'utf8'))))
      .join('\n')
      .split('\n');
    assert.deepEqual(
      lines.filter((line) => line.includes('[error]') && line.includes('alexa-network-mapping')),
      [],
    );
    assert.deepEqual(unhandledErrors, []);
  });
});
