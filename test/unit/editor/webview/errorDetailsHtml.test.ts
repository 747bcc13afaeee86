import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeFailure } from '../../../../src/core/failures/failureMessages';
import type { ApiFailure } from '../../../../src/core/failures/apiFailure';
import { errorDetailsHtml, type ErrorDetailsPage } from '../../../../src/editor/webview/errorDetailsHtml';
import { ErrorDetailsMessage } from '../../../../src/editor/webview/errorDetailsMessages';
import { readErrorDetailsState } from '../../../../src/editor/webview/errorDetailsState';
import { html } from '../../../../src/editor/webview/html';
import { anyText, aSecret } from '../../../support/arbitraries';
import { FAILURE_KINDS } from '../../../../src/core/failures/apiFailure';
import { OPERATIONS } from '../../../../src/core/model/networkMapping';
import { aFailure, OTHER_SKILL, SERVICE_PROVIDER } from '../../../support/builders';

const HOSTILE = [
  '</main><script>alert(1)</script>',
  `"><img src=x onerror='alert(1)'>`,
  `' onfocus="alert(1)" autofocus='`,
  '[a](command:workbench.action.quit) command:x javascript:alert(1)',
  '&lt;b&gt; &amp; &quot;',
  '`${x}` <!-- --> ]]>',
];

function render(failure: ApiFailure, some: Partial<ErrorDetailsPage> = {}): string {
  return errorDetailsHtml({
    failure,
    providerName: 'Grand Meridian',
    explanation: describeFailure(failure),
    followUp: {},
    language: 'en',
    locale: 'en-US',
    nonce: 'bm9uY2U=',
    cspSource: 'https://webview.example',
    styleUris: [
      'https://webview.example/page.css',
      'https://webview.example/explanation.css',
      'https://webview.example/errorDetails.css',
    ],
    scriptUris: ['https://webview.example/explanation.js', 'https://webview.example/errorDetails.js'],
    ...some,
  });
}

/** A failure in which all external text is the given one. */
function failureOf(words: string): ApiFailure {
  const failure = aFailure('unexpectedResponse', {
    operation: 'create',
    method: words,
    skillId: words,
    status: 200,
    serviceType: words,
    serviceMessage: words,
    requestId: words,
    detail: words,
    attempts: [
      { startedAtMs: 0, durationMs: 1, outcome: 200, requestId: words },
      { startedAtMs: 1, durationMs: 1, outcome: 'network' },
    ],
  });
  return { ...failure, serviceProviderId: words };
}

describe('the error details page', () => {
  const zone = process.env['TZ'];
  beforeEach(() => {
    process.env['TZ'] = 'Asia/Tokyo';
  });
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('shows what happened, to which provider, what was requested and what to do', () => {
    const failure = aFailure('forbidden', { operation: 'create', skillId: OTHER_SKILL, status: 403 });
    const words = textOf(render(failure));
    const { title, cause: why, nextSteps, links } = describeFailure(failure);
    const labels = links.map(({ label }) => label);
    for (const each of [title, why, 'Grand Meridian', SERVICE_PROVIDER, OTHER_SKILL, 'Map to a skill', ...nextSteps]) {
      expect(words).toContain(each);
    }
    expect(elements(render(failure), 'a')).toEqual(labels);
    expect(words).toContain('None. The service did not make the change.');
    expect(textOf(render({ ...failure, effect: 'unknown' }))).toContain('The change may have taken effect.');
  });

  it('shows the name of the skill with its ID', () => {
    const failure = aFailure('forbidden', { operation: 'create', skillId: OTHER_SKILL });
    expect(textOf(render(failure, { followUp: { skillName: 'Concierge' } }))).toContain(
      `Skill Concierge ${OTHER_SKILL} Effect`,
    );
    expect(textOf(render(failure))).toContain(`Skill ${OTHER_SKILL} Effect`);
  });

  it('shows the status with its standard phrase, the request ID, the request and the service-provided text for support', () => {
    const failure = aFailure('serverError', {
      status: 500,
      requestId: 'request-1',
      serviceType: 'INTERNAL',
      serviceMessage: 'It broke.',
      detail: 'empty body',
    });
    const words = textOf(render(failure));
    for (const each of ['500 Internal Server Error', 'request-1', 'INTERNAL', 'It broke.', 'empty body']) {
      expect(words).toContain(each);
    }
    expect(words).toContain(`GET /v1/communications/serviceProviders/${SERVICE_PROVIDER}/network`);
    expect(words).toContain("Error from the service For debugging only. Don't share it with customers.");
  });

  it('says that the service returned no request ID, that no response arrived, or that nothing was sent', () => {
    expect(textOf(render(aFailure('serverError', { status: 500 })))).toContain('Not provided by the service.');
    expect(textOf(render(aFailure('timeout')))).toContain('No response was received.');
    const unsent = textOf(render(aFailure('canceled', { attempts: [] })));
    expect(unsent).toContain('Attempts Nothing was sent.');
    expect(unsent).not.toContain('HTTP status');
  });

  it('lists the attempts with localized times', () => {
    const failure = aFailure('timeout', {
      attempts: [
        { startedAtMs: Date.UTC(2025, 10, 22, 20, 5, 33, 123), durationMs: 1042, outcome: 503, requestId: 'request-1' },
        { startedAtMs: Date.UTC(2025, 10, 22, 20, 5, 36, 7), durationMs: 10_000, outcome: 'timeout' },
      ],
    });
    const words = textOf(render(failure));
    expect(words).toContain('November 23, 2025, local time');
    expect(words).toContain('1 05:05:33.123 1,042 ms 503 Service Unavailable request-1');
    expect(words).toContain('2 05:05:36.007 10,000 ms no response in time');
    expect(render(failure)).toContain('datetime="2025-11-22T20:05:33.123Z"');
    expect(textOf(render(failure, { locale: 'de' }))).toContain('23. November 2025');
    expect(textOf(render(failure, { locale: 'de' }))).toContain('05:05:33,123 1.042 ms');
  });

  it.each(FAILURE_KINDS.flatMap((kind) => OPERATIONS.map((operation) => [kind, operation] as const)))(
    'is complete for %s on %s',
    (kind, operation) => {
      const failure = aFailure(kind, { operation, effect: 'unknown' });
      const page = render(failure);
      expect(elements(page, 'h1')).toEqual([describeFailure(failure).title]);
      expect(elements(page, 'li').length).toBeGreaterThan(0);
      expect(page).not.toMatch(/undefined|\[object|NaN/);
      for (const [, action] of page.matchAll(/data-action="(.*?)"/g)) {
        expect(ErrorDetailsMessage.entries.type.options).toContain(action);
      }
    },
  );

  it('shows the follow-up, and no Try Again and no next steps for a resolved failure', () => {
    const page = render(aFailure('timeout', { operation: 'update', effect: 'unknown' }), {
      followUp: { checked: 'Checked at 10:29: mapped to X', resolved: 'Resolved at 10:29.' },
    });
    expect(page).toContain('<span id="effect">Checked at 10:29: mapped to X</span>');
    expect(page).toContain('<header class="fault resolved">');
    expect(page).toMatch(/<div class="remedy" hidden>/);
    expect(page).toMatch(/data-action="tryAgain"\s+hidden>/);
    expect(page).toMatch(/data-action="copyReport"\s*>/);
    const open = render(aFailure('timeout'));
    expect(open).toContain('<header class="fault">');
    expect(open).toMatch(/<div class="remedy"\s*>/);
  });

  it('offers the suggested actions, the best one first', () => {
    const buttons = (failure: ApiFailure) => elements(render(failure), 'button');
    const always = ['Copy Report', 'Copy as cURL', 'Show Log'];
    expect(buttons(aFailure('timeout'))).toEqual(['Try Again', ...always]);
    expect(buttons(aFailure('unauthorized'))).toEqual(['Sign In…', 'Try Again', ...always]);
    expect(buttons(aFailure('nameResolution'))).toEqual(['Try Again', 'Open Settings', ...always]);
    expect(buttons(aFailure('invalidEndpoint', { url: '/v1' }))).toEqual(['Open Settings', 'Copy Report', 'Show Log']);
    expect(render(aFailure('unauthorized')).match(/class="primary"/g)).toHaveLength(1);
  });

  it.each(HOSTILE)('shows %s as plain text', (words) => {
    const page = render(failureOf(words), { providerName: words });
    expect(skeleton(page)).toEqual(skeleton(render(failureOf('id'), { providerName: 'id' })));
    expect(textOf(page)).toContain(`Service provider ${spaced(words)}`);
    expect(textOf(page)).toContain(`Message ${spaced(words)}`);
  });

  it('has the same elements and attributes for any external text', () => {
    const plain = skeleton(render(failureOf('id'), { providerName: 'name' }));
    fc.assert(
      fc.property(anyText(), (words) => {
        expect(skeleton(render(failureOf(words), { providerName: `${words}.` }))).toEqual(plain);
      }),
    );
  });

  it('links to web pages of the explanation only', () => {
    const failure = aFailure('timeout');
    const links = [
      { label: 'good', url: 'https://example.org/?a="b"&c' },
      { label: 'command', url: 'command:workbench.action.quit' },
      { label: 'script', url: 'javascript:alert(1)' },
      { label: 'plain', url: 'http://example.org' },
      { label: 'no address', url: 'example' },
    ];
    const page = render(failure, { explanation: { ...describeFailure(failure), links } });
    expect([...page.matchAll(/href="(.*?)"/g)].map(([, url]) => decoded(url ?? ''))).toEqual([
      'https://webview.example/page.css',
      'https://webview.example/explanation.css',
      'https://webview.example/errorDetails.css',
      'https://example.org/?a="b"&c',
    ]);
    expect(elements(page, 'a')).toEqual(['good']);
  });

  it('may load its styles and run its scripts, and nothing else', () => {
    const page = render(aFailure('timeout'));
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
      '<script nonce="bm9uY2U=" src="https://webview.example/errorDetails.js">',
    ]);
    expect(page).not.toMatch(/<style|<img|<iframe| style=| on\w+=/);
  });

  it('has its language and one top-level heading, with no level skipped', () => {
    const page = render(failureOf('words'), { language: 'de' });
    expect(page).toContain('<html lang="de">');
    const ranks = [...page.matchAll(/<h(\d)/g)].map(([, rank]) => Number(rank));
    expect(ranks.filter((rank) => rank === 1)).toHaveLength(1);
    expect(ranks.every((rank, index) => rank - (ranks[index - 1] ?? 0) <= 1)).toBe(true);
  });

  it('saves the failure and the name of the service provider, and nothing else', () => {
    const failure = failureOf(`"'<&`);
    const kept: unknown = JSON.parse(decoded(/data-state="(.*?)"/.exec(render(failure))?.[1] ?? ''));
    expect(kept).toEqual({ failure, providerName: 'Grand Meridian' });
    expect(readErrorDetailsState(kept)).toEqual(kept);
  });

  it('contains no secret, even if a failure has one', () => {
    fc.assert(
      fc.property(aSecret, (secret) => {
        const failure = { ...failureOf(`"${secret}"`), kind: 'invalidEndpoint' } as const;
        const page = render(failure, { providerName: secret });
        expect(decoded(page)).not.toContain(secret);
        expect(page).toContain('[redacted]');
      }),
    );
  });
});

describe('an html template', () => {
  it('escapes values, keeps other markup, joins lists and omits undefined', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(html`<p title="${'"'}">${inner}${[inner, '&', 1]}${undefined}</p>`.toString()).toBe(
      '<p title="&#34;"><b>&#60;i&#62;</b><b>&#60;i&#62;</b>&#38;1</p>',
    );
  });
});

/** The names of all elements and their attributes, in order. */
function skeleton(page: string): string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, '=""'));
}

/** The text as the user sees it. */
function textOf(page: string): string {
  return spaced(decoded(page.replace(/<wbr \/>/g, '').replace(/<[^>]*>/g, ' ')));
}

function elements(page: string, name: string): string[] {
  return [...page.matchAll(new RegExp(`<${name}( [^>]*)?>(.*?)</${name}>`, 'gs'))].map(([, , inner]) =>
    textOf(inner ?? ''),
  );
}

function decoded(markup: string): string {
  return markup.replace(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)));
}

function spaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
