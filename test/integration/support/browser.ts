import assert from 'node:assert/strict';
import * as vscodeSpy from './vscodeSpy';
import { eventually } from './eventually';
import type { Step } from './prompts';

/** A page, as a person sees it in the browser. */
export interface Page {
  readonly status: number;
  readonly title: string;
  readonly html: string;
}

interface Decision {
  readonly decision?: 'allow' | 'deny';
  /** Scopes whose boxes the person clears. */
  readonly without?: readonly string[];
}

/** The codes and states that went through the browser, all of them secret. */
export const secretsInAddresses = new Set<string>();

/** Waits for the page that the extension opens in the browser, after those that it has opened before. */
export async function openedAfter(count: number): Promise<URL> {
  const address = await eventually(() => {
    const latest = vscodeSpy.opened[count];
    assert.ok(latest, 'no page was opened');
    return new URL(latest);
  });
  note(address);
  return address;
}

/** Decides on Amazon's page, and gives back where the browser is sent to by that. */
export async function decide(asked: URL, { decision = 'allow', without = [] }: Decision = {}): Promise<URL> {
  const { status, html } = await visit(asked);
  assert.equal(status, 200, html);
  const field = (name: string) =>
    [...html.matchAll(new RegExp(`name="${name}" value="([^"]*)"`, 'g'))].map(([, value = '']) => value);
  const form = new URLSearchParams({ consent: field('consent').join(), decision });
  for (const scope of field('scope')) if (!without.includes(scope)) form.append('scope', scope);
  const answer = await fetch(asked.origin + asked.pathname, { method: 'POST', body: form, redirect: 'manual' });
  assert.equal(answer.status, 302);
  const target = new URL(answer.headers.get('location') ?? '');
  note(target);
  return target;
}

/** Shows a page. */
export async function visit(address: URL): Promise<Page> {
  const response = await fetch(address, { redirect: 'manual' });
  const html = await response.text();
  return { status: response.status, title: /<title>(.*?)<\/title>/.exec(html)?.[1] ?? '', html };
}

/**
 * Signs in on the page that the extension has opened, while it waits for that; the browser comes back by itself.
 *
 * @param see gets the page on which the browser ends
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

/** The notification of a sign-in that waits for the browser. */
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

function note({ searchParams }: URL): void {
  for (const name of ['code', 'state']) {
    const value = searchParams.get(name);
    if (value !== null) secretsInAddresses.add(value);
  }
}
