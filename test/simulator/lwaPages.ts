import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Answer } from './answer';
import { isKnownScope, scopeDescriptions } from './scopes';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 34rem; margin: 3rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; line-height: 1.25; }
h2 { font-size: 1.1rem; }
header, small { color: light-dark(#51636a, #9fb2b8); }
code { overflow-wrap: anywhere; }
fieldset { margin: 1.5rem 0; padding: 0.5rem 1rem; border: 1px solid light-dark(#d5dcdf, #2f4046); border-radius: 0.5rem; }
fieldset label { display: flex; gap: 0.75rem; padding: 0.4rem 0; }
fieldset small { display: block; overflow-wrap: anywhere; }
button { min-height: 2.5rem; min-width: 7rem; margin-right: 0.75rem; border: 2px solid light-dark(#0f6b73, #58c4cc);
  border-radius: 0.5rem; background: Canvas; color: light-dark(#0f6b73, #58c4cc); font: inherit; cursor: pointer; }
button[value='allow'] { background: light-dark(#0f6b73, #58c4cc); color: light-dark(#ffffff, #06292c); }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
`;

/** No scripts or external resources, and no framing. */
const policy = (formAction: string) =>
  [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    `form-action ${formAction}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

function page(status: number, title: string, content: string, formAction = "'none'"): Answer {
  return {
    status,
    contentType: 'text/html; charset=utf-8',
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<header>Login with Amazon, simulated</header>
<main>
<h1>${escaped(title)}</h1>
${content}
</main>
</body>
</html>
`,
    headers: {
      'Content-Security-Policy': policy(formAction),
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    },
  };
}

/** The page on which the user selects the scopes to grant. Its form is posted to `action`. */
export function consentPage(consent: {
  action: string;
  consentId: string;
  client: { clientId: string; name: string };
  redirectUri: string;
  scopes: readonly string[];
}): Answer {
  const { action, consentId, client, redirectUri, scopes } = consent;
  const choices = scopes.map(
    (scope) =>
      `<label><input type="checkbox" name="scope" value="${escaped(scope)}" checked>` +
      `<span>${isKnownScope(scope) ? scopeDescriptions[scope] : ''}<small>${escaped(scope)}</small></span></label>`,
  );
  // Browsers also apply form-action to the redirect after the form is posted.
  const formAction = `'self' ${new URL(redirectUri).origin}`;
  return page(
    200,
    `${client.name} asks for access`,
    `<p>Client ID <code>${escaped(client.clientId)}</code></p>
<form method="post" action="${escaped(action)}">
<input type="hidden" name="consent" value="${escaped(consentId)}">
<fieldset>
<legend>What it may do</legend>
${choices.join('\n')}
</fieldset>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>
<p><small>You will be sent on to ${escaped(redirectUri)}</small></p>`,
    formAction,
  );
}

/** The error page for a problem that must not be reported to the client: the reason and the related parameters. */
export function refusalPage(status: number, rule: string, details: Readonly<Record<string, string>> = {}): Answer {
  const lines = Object.entries(details).map(
    ([name, value]) => `<li><code>${escaped(name)}=${escaped(value)}</code></li>`,
  );
  return page(
    status,
    'This request cannot be carried out',
    `<p>${status} ${STATUS_CODES[status] ?? ''}</p>\n<p>${escaped(rule)}</p>${lines.length > 0 ? `\n<h2>Request details</h2>\n<ul>\n${lines.join('\n')}\n</ul>` : ''}`,
  );
}
