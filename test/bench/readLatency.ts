/** The latency of each response of the service in the measurements of a read, in milliseconds. */
export const LATENCY_MS = 40;

/** The number of reads of each candidate; with the latency, the two take some ten seconds. */
const ROUNDS = 120;
/** The number of warm-up reads, to open connections and compile code. */
const WARM_UP_ROUNDS = 10;

export interface ReadSamples {
  /** Milliseconds, one for each read. */
  readonly ours: number[];
  readonly bare: number[];
}

/** Measures our read and a bare one alternately, each as often first as second. */
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

/** A hand-written read: the same request, with its body parsed, without validation. */
export async function bareRead(url: string, accessToken: string): Promise<void> {
  const headers = {
    authorization: `Bearer ${accessToken}`,
    accept: 'application/json',
    'content-type': 'application/json',
  };
  const response = await fetch(url, { headers });
  await response.json();
}
