import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { parseOrRefuse, Refusal } from './refusal';
import { defaultScopes, knownScopes } from './scopes';
import { demoAccount, otherAccount } from './seed';
import { demoCredentials } from './tokens';

/** Login with Amazon accepts https, and plain http for the user's own computer. */
const returnUrl = v.pipe(
  v.string(),
  v.check(isReturnUrl, 'expected an https URL, or an http URL of 127.0.0.1 or localhost, without a fragment'),
);

const ClientSchema = v.strictObject({
  clientId: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,100}$/, 'expected 1 to 100 printable characters')),
  clientSecret: v.optional(v.pipe(v.string(), v.minLength(1))),
  /** Shown on the consent page. */
  name: v.optional(v.string()),
  allowedReturnUrls: v.optional(v.array(returnUrl)),
  /** The scopes that the client may request. */
  scopes: v.optional(v.array(v.picklist(knownScopes))),
  /** The account that signs in to this client. */
  account: v.optional(v.string()),
});

export type ClientInput = v.InferInput<typeof ClientSchema>;

/** The client of a security profile. */
export interface LwaClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly name: string;
  /** Compared with `redirect_uri` character by character. */
  readonly allowedReturnUrls: readonly string[];
  readonly scopes: readonly string[];
  readonly account: string;
}

const usualReturnUrls = ['http://127.0.0.1:9090/cb', 'http://localhost:9090/cb'];
const usualScopes = [...defaultScopes, 'profile'];

const usualClients: readonly LwaClient[] = [
  {
    clientId: demoCredentials.clientId,
    clientSecret: demoCredentials.clientSecret,
    name: 'Grand Meridian Hotels',
    allowedReturnUrls: usualReturnUrls,
    scopes: usualScopes,
    account: demoAccount,
  },
  {
    clientId: demoCredentials.otherAccountClientId,
    clientSecret: demoCredentials.otherAccountClientSecret,
    name: 'Lakeside Clinic',
    allowedReturnUrls: usualReturnUrls,
    scopes: usualScopes,
    account: otherAccount,
  },
];

/** The registered security profiles. */
export class LwaClients {
  readonly #clients = new Map<string, LwaClient>();
  readonly #more: readonly ClientInput[];

  /** `more` is added to the demo's clients, or changes them, at the start and after a reset. */
  constructor(more: readonly ClientInput[]) {
    this.#more = more;
    this.reset();
  }

  reset(): void {
    this.#clients.clear();
    for (const client of usualClients) this.#clients.set(client.clientId, client);
    for (const client of this.#more) this.set(client);
  }

  find(clientId: string): LwaClient | undefined {
    return this.#clients.get(clientId);
  }

  /** The client with this ID; throws a {@link Refusal} when there is none. */
  known(clientId: string): LwaClient {
    const client = this.#clients.get(clientId);
    if (!client) throw new Refusal(`no such client: ${clientId}`);
    return client;
  }

  all(): LwaClient[] {
    return [...this.#clients.values()];
  }

  /** Adds a client, or changes what is given about a known one. */
  set(input: unknown): LwaClient {
    const given = parseOrRefuse(ClientSchema, input);
    const before = this.#clients.get(given.clientId);
    const client: LwaClient = {
      clientId: given.clientId,
      clientSecret: given.clientSecret ?? before?.clientSecret ?? secretOf(given.clientId),
      name: given.name ?? before?.name ?? 'A security profile',
      allowedReturnUrls: given.allowedReturnUrls ?? before?.allowedReturnUrls ?? [],
      scopes: given.scopes ?? before?.scopes ?? usualScopes,
      account: given.account ?? before?.account ?? demoAccount,
    };
    this.#clients.set(client.clientId, client);
    return client;
  }

  /** Adds an entry to the profile's Allowed Return URLs, as a developer does in the console. */
  allowReturnUrl(url: string, clientId: string): LwaClient {
    const { allowedReturnUrls } = this.known(clientId);
    return this.set({ clientId, allowedReturnUrls: [...new Set([...allowedReturnUrls, url])] });
  }
}

/** A generated client secret, the same at every start. */
function secretOf(clientId: string): string {
  return `amzn1.oa2-cs.v1.${createHash('sha256').update(`secret of ${clientId}`).digest('hex')}`;
}

function isReturnUrl(text: string): boolean {
  if (!URL.canParse(text) || text.includes('#')) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname));
}
