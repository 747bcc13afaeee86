/** Lets so many turns of the event loop pass: what waits for no timer and no socket goes on meanwhile. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
