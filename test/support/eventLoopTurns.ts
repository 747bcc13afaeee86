/** How many calls of {@link eventLoopTurns} are in progress. */
let inProgress = 0;

/** Waits for this many turns of the event loop: code that awaits neither a timer nor a socket continues meanwhile. */
export async function eventLoopTurns(count: number): Promise<void> {
  inProgress++;
  try {
    for (let turn = 0; turn < count; turn++) await aTurn();
  } finally {
    inProgress--;
  }
}

/** Waits until no code awaits a turn of the event loop any more, however many turns that takes. */
export async function quiet(): Promise<void> {
  // Code that awaits only promises has run before the turn ends.
  do await aTurn();
  while (inProgress > 0);
}

async function aTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
