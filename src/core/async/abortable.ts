/**
 * Settles as the promise does, but rejects with the signal's reason as soon as that is aborted. A later rejection of
 * the promise is not reported as unhandled.
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}
