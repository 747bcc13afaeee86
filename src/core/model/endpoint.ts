import * as l10n from '@vscode/l10n';

const EXAMPLE = 'https://api.amazonalexa.com';

export type EndpointCheck = { ok: true; url: string } | { ok: false; problem: string };

/**
 * Checks whether requests with a secret may go to this URL: `https` to any host, plain `http` to a loopback address
 * only (a proxy or a test service on the same machine). The returned URL has no trailing slash.
 */
export function checkEndpoint(value: unknown): EndpointCheck {
  if (typeof value !== 'string' || !URL.canParse(value)) {
    return invalid(l10n.t('Expected a URL such as {0}', EXAMPLE));
  }
  const url = new URL(value);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return invalid(l10n.t('Only https is allowed, or http to this computer (127.0.0.1, [::1], localhost).'));
  }
  // `search` and `hash` do not show an empty query or fragment ("https://host/?"), which would swallow an appended
  // path.
  if (url.username || url.password || /[?#]/.test(url.href)) {
    return invalid(l10n.t('A user name, a password, a query (?) or a fragment (#) is not allowed here.'));
  }
  return { ok: true, url: stripTrailingSlashes(url.href) };
}

/** The path after the host in the service's reference; `%7B` and `%7D` are the braces around its ID. */
const API_PATH = /(?:\/+v1(?:\/+communications(?:\/+serviceProviders(?:\/+[^/]+(?:\/+network)?)?)?)?)+\/*$/i;

/**
 * Checks the endpoint of the mapping API, as {@link checkEndpoint} does. Requests append the API's path, so any part of
 * that path is removed; a gateway's path before it is kept.
 *
 * @see
 *   https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export function checkApiEndpoint(value: unknown): EndpointCheck {
  const check = checkEndpoint(value);
  if (!check.ok) return check;
  const url = new URL(check.url);
  url.pathname = url.pathname.replace(API_PATH, '');
  // A part of the API's path, or any path at Amazon's own hosts, would only lead to URLs that do not exist.
  const isWrong = isOfAmazon(url.hostname) ? url.pathname !== '/' : API_SEGMENT.test(url.pathname);
  if (isWrong) {
    return invalid(
      l10n.t('The path is not allowed here. Expected a URL without the path of the API, such as {0}', EXAMPLE),
    );
  }
  return { ok: true, url: stripTrailingSlashes(url.href) };
}

const API_SEGMENT = /\/(?:communications|serviceProviders)(?:\/|$)/i;

function isOfAmazon(hostname: string): boolean {
  return /(?:^|\.)amazonalexa\.com\.?$/.test(hostname);
}

/**
 * Returns where a secret goes that is sent to an endpoint: its origin. All loopback addresses count as one, this
 * computer; no other machine can read what is sent there.
 *
 * @param url a validated endpoint
 */
export function secretsGoTo(url: string): string {
  const { origin, hostname } = new URL(url);
  return isLoopback(hostname) ? THIS_COMPUTER : origin;
}

const THIS_COMPUTER = 'loopback';

/** A regular expression would take quadratic time on many slashes in the middle. */
function stripTrailingSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function invalid(problem: string): EndpointCheck {
  return { ok: false, problem };
}
