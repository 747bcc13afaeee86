import { randomUUID } from 'node:crypto';

/** A validated authorization request that waits for the user's consent. */
export interface ConsentRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state?: string;
  readonly codeChallenge?: string;
  readonly codeChallengeMethod: 'S256' | 'plain';
}

/** How long a consent page can be submitted. */
const consentLifetimeMs = 10 * 60_000;

export const mintConsentId = () => randomUUID();

/** The consent pages that have been shown and not submitted. */
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

  /** The request of the page with this ID, as long as it can be submitted. */
  find(id: string): ConsentRequest | undefined {
    const known = this.#waiting.get(id);
    return known && known.expiresAtMs > this.#now() ? known.request : undefined;
  }

  /** Removes a page that was submitted: each can be submitted once. */
  remove(id: string): void {
    this.#waiting.delete(id);
  }
}
