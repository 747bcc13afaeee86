import { vi, expect, it } from 'vitest';
import { simulate, type Tally } from './simulation';

vi.mock('node:timers/promises', async (importActual) => ({
  ...(await importActual<object>()),
  setTimeout: (await import('./replaced')).virtualDelay,
}));
vi.mock('node:fs/promises', async () => (await import('./replaced')).memoryFileSystem);
vi.mock('node:fs', async (importActual) => ({
  ...(await importActual<object>()),
  watch: (await import('./replaced')).watchMemory,
}));
vi.mock('../../../src/core/api/httpRequest', async () => ({ send: (await import('./replaced')).sendToSimulation }));

/** All seeds of all files; a sample in `npm test`. */
const isSample = process.env['FAULT_MATRIX'] === 'sample';
const SEEDS = isSample ? 300 : 10_000;

/** What happens in some seeds at least, or the simulation shows nothing. */
const HAPPENS = [
  'crashed windows',
  'crashed command lines',
  'succeeded',
  'succeeded after a crash',
  'failed',
  'unconfirmed',
  'apply ended with 0',
  'apply ended with 1',
  'apply ended with 3',
  // Too rare for a sample.
  ...(isSample ? [] : ['notSent', 'races that the service cannot prevent']),
];

/** Seeds of one test. */
const CHUNK = 250;

/**
 * Registers the tests of a share of all seeds: each file is run by a process of its own. A failing seed is in the message; replay
 * it alone with the variable `HANDS_SEED`.
 */
export function testSeeds(share: number, of: number): void {
  const only = process.env['HANDS_SEED'];
  const first = 1 + (SEEDS / of) * (share - 1);
  const last = (SEEDS / of) * share;
  const chunks = Array.from({ length: Math.ceil((last + 1 - first) / CHUNK) }, (_, index) => first + index * CHUNK);
  const ranges = chunks.map((from): [number, number] => [from, Math.min(last, from + CHUNK - 1)]);
  const tally: Tally = {};

  it.each(only === undefined ? ranges : [[Number(only), Number(only)]])(
    'lose, double and misreport nothing (seeds %i to %i)',
    async (from, to) => {
      const problems: string[] = [];
      for (let seed = from; seed <= to; seed++) {
        await simulate(seed, tally).catch((error: unknown) => problems.push(String(error)));
      }
      expect(problems.slice(0, 10)).toEqual([]);
    },
    600_000,
  );

  it.runIf(only === undefined)('meet all that can happen', () => {
    if (process.env['HANDS_TALLY'] !== undefined) console.log(tally);
    expect(Object.keys(tally)).toEqual(expect.arrayContaining(HAPPENS));
  });
}
