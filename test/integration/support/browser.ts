import assert from 'node:assert/strict';
import * as vscodeSpy from './vscodeSpy';
import { eventually } from './eventually';
import type { Step } from './prompts';

/** A page in the browser. */
export interface Page {
  readonly status: number;
  readonly title: string;
  readonly html: string;
}

interface Decision {
  readonly decision?: 'allow' | 'deny';
  /** Scopes whose checkboxes the user clears. */
  readonly without?: readonly string[];
}

/** The codes and states that were in URLs in the browser. All are secret. */
export const secretsInAddresses = new Set<string>();

/** Waits for the next page that the extension opens in the browser after the first `count`. */
export async function openedAfter(count: number): Promise<URL> {
  const address = await eventually(() => {
    const latest = vscodeSpy.opened[count];
    assert.ok(latest, 'no page was opened');
    return new URL(latest);
  });
  recordSecrets(address);
  return address;
}

/** Submits the consent page, and returns the URL that it redirects to. */
export async function decide(consentUrl: URL, { decision = 'allow', without = [] }: Decision = {}): Promise<URL> {
  const { status, html } = await visit(consentUrl);
  assert.equal(status, 200, html);
  const field = (name: string) =>
    [...html.matchAll(new RegExp(`name="${name}" value="([^"]*)"`, 'g'))].map(([, value = '']) => value);
  const form = new URLSearchParams({ consent: field('consent').join(), decision });
  for (const scope of field('scope')) if (!without.includes(scope)) form.append('scope', scope);
  const answer = await fetch(consentUrl.origin + consentUrl.pathname, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  assert.equal(answer.status, 302);
  const target = new URL(answer.headers.get('location') ?? '');
  recordSecrets(target);
  return target;
}

/** Requests a page. */
export async function visit(address: URL): Promise<Page> {
  const response = await fetch(address, { redirect: 'manual' });
  const html = await response.text();
  return { status: response.status, title: /<title>(.*?)<\/title>/.exec(html)?.[1] ?? '', html };
}

/**
 * Signs in on the page that the extension has opened, up to the redirect to the extension.
 *
 * @param see called with the last page in the browser
 */
export function inBrowser(decision: Decision, see: (page: Page) => void): Step {
  const openedBefore = vscodeSpy.opened.length;
  return async (prompt) => {
    see(await visit(await decide(await openedAfter(openedBefore), decision)));
    await eventually(() => {
      assert.equal(prompt.isOpen, false);
    });
  };
}

/** The progress notification of a sign-in that waits for the browser. */
export function waitingNotification() {
  return vscodeSpy.progressNotifications.findLast(({ title }) => title === 'Waiting for the sign-in in the browser');
}

/** Cancels a sign-in that waits for the browser, in its notification. */
export const cancelSignIn: Step = async (prompt) => {
  await eventually(() => {
    const notification = waitingNotification();
    assert.ok(notification?.isOpen);
    notification.cancel();
  });
  await eventually(() => {
    assert.equal(prompt.isOpen, false);
  });
};

function recordSecrets({ searchParams }: URL): void {
  for (const name of ['code', 'state']) {
    const value = searchParams.get(name);
    if (value !== null) secretsInAddresses.add(value);
  }
}
