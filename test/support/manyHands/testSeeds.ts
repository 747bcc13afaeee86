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
const SEEDS = process.env['FAULT_MATRIX'] === 'sample' ? 300 : 10_000;

/** What happens in some seeds at least, or the simulation shows nothing. */
const HAPPENS = [
  'crashed windows',
  'crashed command lines',
  'succeeded',
  'succeeded after a crash',
  'failed',
  'notSent',
  'unconfirmed',
  'apply ended with 0',
  'apply ended with 1',
  'apply ended with 3',
  'races that the service cannot prevent',
];

/**
 * Registers the test of a share of all seeds: each file is run by a process of its own. A failing seed is in the message; replay
 * it alone with the variable `HANDS_SEED`.
 */
export function testSeeds(share: number, of: number): void {
  const only = process.env['HANDS_SEED'];
  it('lose, double and misreport nothing', async () => {
    const tally: Tally = {};
    const problems: string[] = [];
    const seeds =
      only === undefined ? Array.from({ length: SEEDS / of }, (_, index) => index * of + share) : [Number(only)];
    for (const seed of seeds) {
      await simulate(seed, tally).catch((error: unknown) => problems.push(String(error)));
    }
    if (process.env['HANDS_TALLY'] !== undefined) console.log(tally);
    expect(problems.slice(0, 10)).toEqual([]);
    if (only === undefined) expect(Object.keys(tally)).toEqual(expect.arrayContaining(HAPPENS));
  }, 600_000);
}
