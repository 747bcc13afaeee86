import * as l10n from '@vscode/l10n';

export type EndpointCheck = { ok: true; url: string } | { ok: false; problem: string };

/**
 * Decides whether requests that carry a secret may go to this address: `https` anywhere, plain `http` to a loopback
 * address only (a proxy or a test service on the same machine). The URL given back has no slash at its end.
 */
export function checkEndpoint(value: unknown): EndpointCheck {
  if (typeof value !== 'string' || !URL.canParse(value)) {
    return refused(l10n.t('Expected a URL such as {0}', 'https://api.amazonalexa.com'));
  }
  const url = new URL(value);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return refused(l10n.t('Only https is allowed, or http to this machine itself (127.0.0.1, [::1], localhost).'));
  }
  // An empty query or fragment ("https://host/?") is not seen in `search` and `hash`, yet swallows what is put behind it.
  if (url.username || url.password || /[?#]/.test(url.href)) {
    return refused(l10n.t('A user name, a password, a query (?) or a fragment (#) is not allowed here.'));
  }
  return { ok: true, url: withoutSlashes(url.href) };
}

/** By hand, since a pattern looks for the end again from each of the slashes in the middle. */
function withoutSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function refused(problem: string): EndpointCheck {
  return { ok: false, problem };
}
