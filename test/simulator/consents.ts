import { randomUUID } from 'node:crypto';

/** What a client has asked a person to allow; every part has been checked. */
export interface ConsentRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state?: string;
  readonly codeChallenge?: string;
  readonly codeChallengeMethod: 'S256' | 'plain';
}

/** How long a consent page waits for its answer. */
const consentLifetimeMs = 10 * 60_000;

export const mintConsentId = () => randomUUID();

/** The consent pages that have been shown and not been answered. */
export class Consents {
  readonly #now: () => number;
  readonly #waiting = new Map<string, { request: ConsentRequest; expiresAtMs: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  reset(): void {
    this.#waiting.clear();
  }

  add(id: string, request: ConsentRequest): void {
    this.#waiting.set(id, { request, expiresAtMs: this.#now() + consentLifetimeMs });
  }

  /** What the page of that id asks for, as long as it may be answered. */
  find(id: string): ConsentRequest | undefined {
    const known = this.#waiting.get(id);
    return known && known.expiresAtMs > this.#now() ? known.request : undefined;
  }

  /** A page is answered once. */
  remove(id: string): void {
    this.#waiting.delete(id);
  }
}
