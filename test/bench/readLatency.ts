/** What each answer of the service takes in the measurements of a read, in milliseconds. */
export const LATENCY_MS = 40;

/** Reads on each side; with the latency, the two sides take some ten seconds. */
const ROUNDS = 120;
/** Reads before the first that counts: connections are opened and code is compiled. */
const WARM_UP_ROUNDS = 10;

export interface ReadSamples {
  /** Milliseconds, one for each read. */
  readonly ours: number[];
  readonly bare: number[];
}

/** Times one read of ours and one bare one in turns, each as often first as second. */
export async function sampleInTurns(
  ours: () => Promise<void>,
  bare: () => Promise<void>,
  signal?: AbortSignal,
): Promise<ReadSamples> {
  const samples: ReadSamples = { ours: [], bare: [] };
  const sides = [
    { read: ours, times: samples.ours },
    { read: bare, times: samples.bare },
  ];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const { read, times } of round % 2 === 0 ? sides : sides.toReversed()) {
      signal?.throwIfAborted();
      const began = performance.now();
      await read();
      if (round >= 0) times.push(performance.now() - began);
    }
  }
  return samples;
}

/** A read as one would write it by hand: the same request, its body parsed, nothing checked. */
export async function bareRead(url: string, accessToken: string): Promise<void> {
  const headers = {
    authorization: `Bearer ${accessToken}`,
    accept: 'application/json',
    'content-type': 'application/json',
  };
  const response = await fetch(url, { headers });
  await response.json();
}
