/** Calls of `turns` whose turns have not all passed. */
let underWay = 0;

/** Lets so many turns of the event loop pass: what waits for no timer and no socket goes on meanwhile. */
export async function eventLoopTurns(count: number): Promise<void> {
  underWay++;
  try {
    for (let turn = 0; turn < count; turn++) await aTurn();
  } finally {
    underWay--;
  }
}

/** Lets all go on until each waits for something else than a turn of the event loop, however many turns that takes. */
export async function quiet(): Promise<void> {
  // What promises alone wait for has happened before the turn ends.
  do await aTurn();
  while (underWay > 0);
}

async function aTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
