/**
 * Error codes of Node.js, its fetch and its TLS (`ECONNRESET`, `UND_ERR_SOCKET`, `CERT_HAS_EXPIRED`), of Chromium
 * (`net::ERR_NAME_NOT_RESOLVED`), and for a proxy's response. No secret consists of capital letters only.
 */
const NETWORK_CODE =
  /^(?:E[A-Z0-9]{2,20}|EAI_[A-Z]{2,20}|(?:net::)?(?:ERR|UND_ERR|HPE|CERT|CRL|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|INVALID|PATH_LENGTH|HOSTNAME|ERROR_IN|OUT_OF)_[A-Z0-9_]{2,60}|PROXY_ANSWER_\d{3}|UNKNOWN)$/;

/** Whether a text is a network error code, which may be logged and displayed as it is. */
export function isNetworkCode(text: string): boolean {
  return NETWORK_CODE.test(text);
}
