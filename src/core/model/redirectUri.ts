import * as l10n from '@vscode/l10n';
import { sanitizeText } from '../text/sanitizeText';

export type RedirectUriCheck =
  | {
      ok: true;
      /** As written: Login with Amazon compares it character by character with the security profile. */
      redirectUri: string;
      port: number;
      pathname: string;
      /** The `Host` header of a browser that follows it, such as `127.0.0.1:9090`. */
      host: string;
    }
  | { ok: false; problem: string };

const EXAMPLE = 'http://127.0.0.1:9090/cb';

/** Lower ports require special rights on most systems, and browsers omit 80 from `Host`. */
const MIN_PORT = 1024;

/**
 * Ports from {@link MIN_PORT} on that browsers block.
 *
 * @see https://fetch.spec.whatwg.org/#port-blocking
 */
const BLOCKED_PORTS = [
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/**
 * Checks whether a browser can be redirected to this URI from Login with Amazon, with a listener that only this machine
 * can reach: plain `http` to `127.0.0.1` or `localhost`, with an explicit port. It must be written exactly as a browser
 * requests it, because the listener compares as strictly as Login with Amazon does.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export function checkRedirectUri(value: unknown): RedirectUriCheck {
  if (typeof value !== 'string' || !URL.canParse(value)) {
    return invalid(l10n.t('Expected a URL such as {0}', EXAMPLE));
  }
  const { protocol, hostname, host, username, password, port, pathname, href } = new URL(value);
  if (protocol !== 'http:') {
    return invalid(l10n.t('Only http is supported, because this computer has no certificate. Use {0}', EXAMPLE));
  }
  if (hostname === '[::1]') {
    return invalid(l10n.t('Only IPv4 loopback addresses are supported. Use {0} instead of {1}.', '127.0.0.1', '[::1]'));
  }
  if (hostname !== '127.0.0.1' && hostname !== 'localhost') {
    return invalid(l10n.t('The host must be this computer: {0} or {1}.', '127.0.0.1', 'localhost'));
  }
  // `search` and `hash` do not show an empty query or fragment.
  if (username || password || /[?#]/.test(value)) {
    return invalid(l10n.t('A user name, a password, a query (?) or a fragment (#) is not allowed here.'));
  }
  if (Number(port) < MIN_PORT) {
    return invalid(l10n.t('Specify a port from {0} to {1}, such as in {2}', MIN_PORT, 65535, EXAMPLE));
  }
  if (BLOCKED_PORTS.includes(Number(port))) {
    return invalid(l10n.t('Browsers block port {0}. Choose another one, such as in {1}', port, EXAMPLE));
  }
  // VS Code rewrites other characters when it opens a URL.
  if (!/^[\w.~/-]+$/.test(pathname)) {
    return invalid(l10n.t('The path can contain only letters, digits and {0}, such as in {1}', '. _ ~ - /', EXAMPLE));
  }
  if (href !== value && href !== `${value}/`) {
    return invalid(l10n.t('Use the normalized form: {0}', sanitizeText(href, 200)));
  }
  return { ok: true, redirectUri: value, port: Number(port), pathname, host };
}

function invalid(problem: string): RedirectUriCheck {
  return { ok: false, problem };
}
