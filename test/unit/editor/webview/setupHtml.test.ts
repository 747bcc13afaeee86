import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SetupCheck, SetupProblem } from '../../../../src/core/setup/setupCheck';
import { setupHtml } from '../../../../src/editor/webview/setupHtml';
import { SetupMessage } from '../../../../src/editor/webview/setupMessages';
import { anyText, aSecret } from '../../../support/arbitraries';

function render(check: SetupCheck): string {
  return setupHtml({
    check,
    time: '10:29',
    language: 'en',
    nonce: 'bm9uY2U=',
    cspSource: 'https://webview.example',
    styleUris: [
      'https://webview.example/page.css',
      'https://webview.example/explanation.css',
      'https://webview.example/setup.css',
    ],
    scriptUris: ['https://webview.example/explanation.js', 'https://webview.example/setup.js'],
  });
}

/** A check in which all text of others is the given one. */
function checkOf(words: string, some: Partial<SetupProblem> = {}): SetupCheck {
  const problem = { title: words, cause: words, nextSteps: [words], links: [], ...some };
  return {
    provider: { id: words, name: words },
    account: words,
    checkedAtMs: 0,
    links: [
      { link: 'settings', type: 'ok', note: words },
      { link: 'signIn', type: 'broken', problem },
      { link: 'permissions', type: 'notChecked', note: words },
    ],
  };
}

describe('the page of the setup', () => {
  it('shows the first broken link and what to do, and a mark with a word for each link', () => {
    const words = textOf(render(checkOf('A sentence')));
    expect(words).toContain('A sentence A sentence Check Again Copy Report Next steps A sentence');
    expect(words).toContain('OK Settings A sentence Broken Sign-in A sentence. Not checked Permissions of');
    expect(words).toContain('Checked Service provider A sentence A sentence Account A sentence Time 10:29');
  });

  it('says that nothing is broken, without next steps', () => {
    const some = checkOf('A');
    const works = render({ ...some, links: [{ link: 'settings', type: 'ok' }] });
    expect(works).toContain('<h1 tabindex="-1">Everything works</h1>');
    expect(works).not.toContain('Next steps');
    const links = [...some.links.slice(0, 1), ...some.links.slice(2)];
    expect(render({ ...some, links })).toContain('>Nothing is broken, as far as it could be checked</h1>');
  });

  it('has the buttons of what helps first, and otherwise of another check', () => {
    const primary = (some: Partial<SetupProblem>) =>
      [...render(checkOf('A', some)).matchAll(/class="primary" data-action="(.*?)"/g)].map(([, action]) => action);
    expect(primary({ action: 'signIn' })).toEqual(['signIn']);
    expect(primary({ action: 'openSettings' })).toEqual(['openSettings']);
    expect(primary({})).toEqual(['checkAgain']);
    for (const [, action] of render(checkOf('A', { action: 'signIn' })).matchAll(/data-action="(.*?)"/g)) {
      expect(SetupMessage.entries.type.options).toContain(action);
    }
  });

  it('has the same elements and attributes for any external text', () => {
    const plain = skeleton(render(checkOf('words')));
    for (const words of ['</main><script>alert(1)</script>', `"><img src=x onerror='alert(1)'>`]) {
      expect(skeleton(render(checkOf(words)))).toEqual(plain);
    }
    fc.assert(
      fc.property(anyText(), (words) => {
        expect(skeleton(render(checkOf(words)))).toEqual(plain);
      }),
    );
  });

  it('may load its styles and run its scripts, and nothing else', () => {
    const page = render(checkOf('words'));
    const policy = /http-equiv="Content-Security-Policy" content="(.*?)"/.exec(page)?.[1];
    expect(decoded(policy ?? '').split('; ')).toEqual([
      "default-src 'none'",
      'style-src https://webview.example',
      "script-src 'nonce-bm9uY2U='",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page.match(/<script[^>]*>/g)).toEqual([
      '<script nonce="bm9uY2U=" src="https://webview.example/explanation.js">',
      '<script nonce="bm9uY2U=" src="https://webview.example/setup.js">',
    ]);
    expect(page).not.toMatch(/<style|<img|<iframe| style=| on\w+=/);
  });

  it('links to web pages only', () => {
    const links = ['https://example.org/a', 'command:workbench.action.quit', 'http://example.org', 'none'].map(
      (url) => ({
        label: url,
        url,
      }),
    );
    expect([...render(checkOf('A', { links })).matchAll(/<a href="(.*?)"/g)].map(([, url]) => url)).toEqual([
      'https://example.org/a',
    ]);
  });

  it('contains no secret', () => {
    fc.assert(
      fc.property(aSecret, (secret) => {
        const page = render(checkOf(`"${secret}"`));
        expect(decoded(page)).not.toContain(secret);
        expect(page).toContain('[redacted]');
      }),
    );
  });
});

/** The names of all elements and their attributes, in order. */
function skeleton(page: string): string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, '=""'));
}

/** The text as the user sees it. */
function textOf(page: string): string {
  return decoded(page.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

function decoded(markup: string): string {
  return markup.replace(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)));
}
