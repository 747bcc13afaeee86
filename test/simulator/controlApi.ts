import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import type { ClientInput } from './clients';
import type { SimulatorControl } from './control';
import type { FaultInput } from './faults';
import { type Incoming, readIncoming } from './incoming';
import { readPageFile } from './page';
import { parseOrRefuse, Refusal } from './refusal';
import type { ProviderInput, Seed } from './seed';
import type { SwitchesInput } from './switches';

const controlPrefix = '/_simulator/';

const count = v.pipe(v.string(), v.regex(/^\d{1,7}$/, 'expected a number'), v.transform(Number));
const StateQuerySchema = v.strictObject({
  requests: v.optional(count),
  providers: v.optional(count),
  filter: v.optional(v.string()),
});
const NothingSchema = v.strictObject({});
const SeedBodySchema = v.strictObject({ seed: v.unknown() });
const TokenBodySchema = v.strictObject({ token: v.string(), state: v.picklist(['expired', 'valid']) });
const AllTokensBodySchema = v.strictObject({
  accessTokens: v.optional(v.literal('expired')),
  refreshTokens: v.optional(v.literal('revoked')),
});
const ReturnUrlBodySchema = v.strictObject({ url: v.string(), clientId: v.optional(v.string()) });
const ProviderBodySchema = v.strictObject({ serviceProviderId: v.string() });

type Handler = (input: unknown, control: SimulatorControl) => unknown;

/**
 * The handlers of the control API by `{method} {path}`. The input is the query of a GET, and the JSON body of any other
 * request. The methods of the control validate their arguments, so that direct calls reject unknown input as well.
 */
const handlers: Record<string, Handler> = {
  'GET state': (query, control) => {
    const { requests, providers, filter } = parseOrRefuse(StateQuerySchema, query);
    return control.state({
      ...(requests !== undefined && { requests }),
      ...(providers !== undefined && { providers }),
      ...(filter !== undefined && { filter }),
    });
  },
  'GET catalog': (query, control) => {
    parseOrRefuse(NothingSchema, query);
    return control.catalog();
  },
  'GET faults': (query, control) => {
    parseOrRefuse(NothingSchema, query);
    return control.faults();
  },
  'POST faults': (body, control) => ({ id: control.addFault(body as FaultInput) }),
  'DELETE faults': (body, control) => {
    const { id } = parseOrRefuse(v.strictObject({ id: v.optional(v.string()) }), body);
    if (id === undefined) control.clearFaults();
    else control.removeFault(id);
    return control.faults();
  },
  'PATCH switches': (body, control) => control.setSwitches(body as SwitchesInput),
  'POST seed': (body, control) => {
    control.seed(parseOrRefuse(SeedBodySchema, body).seed as Seed);
    return { providerCount: control.state({ providers: 0 }).providerCount };
  },
  'PUT providers': (body, control) => {
    control.setProvider(body as ProviderInput);
    return {};
  },
  'DELETE providers': (body, control) => {
    control.removeProvider(parseOrRefuse(ProviderBodySchema, body).serviceProviderId);
    return {};
  },
  'GET requests': (query, control) => {
    parseOrRefuse(NothingSchema, query);
    return control.requests();
  },
  'GET traffic': (query, control) => {
    parseOrRefuse(NothingSchema, query);
    return control.traffic();
  },
  'DELETE requests': (body, control) => {
    parseOrRefuse(NothingSchema, body);
    control.clearRequests();
    return {};
  },
  'POST tokens': (body, control) => {
    const { token, state } = parseOrRefuse(TokenBodySchema, body);
    if (state === 'expired') control.expireToken(token);
    else control.restoreToken(token);
    return {};
  },
  'PATCH tokens': (body, control) => {
    const { accessTokens, refreshTokens } = parseOrRefuse(AllTokensBodySchema, body);
    if (accessTokens) control.expireAllAccessTokens();
    if (refreshTokens) control.revokeAllRefreshTokens();
    return {};
  },
  'GET clients': (query, control) => {
    parseOrRefuse(NothingSchema, query);
    return control.clients();
  },
  'PUT clients': (body, control) => control.setClient(body as ClientInput),
  'POST return-urls': (body, control) => {
    const { url, clientId } = parseOrRefuse(ReturnUrlBodySchema, body);
    return control.allowReturnUrl(url, clientId);
  },
  'POST reset': (body, control) => {
    parseOrRefuse(NothingSchema, body);
    control.reset();
    return {};
  },
};

/** No external or inline resources, and no framing. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const commonHeaders = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Whether a request is for the page or the control API rather than for the service. */
export function isForControl(url: string | undefined): boolean {
  return url === '/' || (url ?? '').startsWith(controlPrefix);
}

/** Serves the page and the control API, only to this computer and not to scripts of other sites. */
export async function answerControl(
  request: IncomingMessage,
  response: ServerResponse,
  control: SimulatorControl,
): Promise<void> {
  const incoming = await readIncoming(request);
  const send = (status: number, body: string | Buffer, contentType = 'application/json') => {
    response.writeHead(status, { ...commonHeaders, 'Content-Type': contentType });
    response.end(body);
  };
  const sendError = (status: number, message: string) => {
    send(status, JSON.stringify({ error: message }));
  };

  const foreign = whyForeign(incoming);
  if (foreign !== undefined) {
    sendError(403, foreign);
    return;
  }
  const file = incoming.method === 'GET' ? await readPageFile(incoming.path) : undefined;
  if (file) {
    send(200, file.bytes, file.contentType);
    return;
  }
  const name = `${incoming.method} ${incoming.path.slice(controlPrefix.length)}`;
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (!handler) {
    sendError(404, `expected one of ${Object.keys(handlers).join(', ')} under ${controlPrefix}`);
    return;
  }
  try {
    send(200, JSON.stringify(handler(inputOf(incoming), control)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    sendError(400, error.message);
  }
}

/**
 * Why a request is rejected as cross-site, or undefined. Host must be a loopback name, against DNS rebinding, and Origin, which
 * browsers send with every request that is not a GET, must be the page's own.
 */
function whyForeign(incoming: Incoming): string | undefined {
  const host = incoming.header('host')[0] ?? '';
  if (!/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i.test(host)) return 'Host is not a loopback address.';
  const origin = incoming.header('origin')[0];
  if (origin !== undefined && origin !== `http://${host}`) return 'Origin is not the page of the simulator.';
  const site = incoming.header('sec-fetch-site')[0];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'Sent by the page of another site.';
  return undefined;
}

function inputOf(incoming: Incoming): unknown {
  if (incoming.method === 'GET') return Object.fromEntries(new URLSearchParams(incoming.query));
  if (incoming.query !== undefined) throw new Refusal('query: expected none');
  if (incoming.text === '') return {};
  if (incoming.mediaType !== 'application/json') throw new Refusal('Content-Type: expected application/json');
  if (incoming.tooLarge) throw new Refusal('body: too large');
  try {
    return JSON.parse(incoming.text) as unknown;
  } catch {
    throw new Refusal('body: expected JSON');
  }
}
