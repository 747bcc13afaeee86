import type { Browser } from 'playwright-core';
import { launchBrowser } from '../runner/browser';

/** Runs a task with a browser, which is closed afterwards, or when the signal aborts. */
export async function withBrowser<T>(signal: AbortSignal, task: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await launchBrowser();
  const stop = () => void browser.close();
  signal.addEventListener('abort', stop);
  try {
    return await task(browser);
  } finally {
    signal.removeEventListener('abort', stop);
    await browser.close();
  }
}
