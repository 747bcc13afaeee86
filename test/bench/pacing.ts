import { demoSkills } from '../simulator/seed';
import { type Measurement, type Row, rounded } from './measurement';
import { median, ratio, ratioOfMedians, spread } from './medians';
import { LoadProcess } from './pacing/loadProcess';
import type { Caller, Handover, Job } from './pacing/messages';
import { inTurns, type Sample, sideBySide } from './pacing/round';
import { CLICKS, NO_BURST, READS, type Scenario, SHARED, UNLIMITED, WRITES } from './pacing/scenarios';
import type { Service } from './pacing/service';

/** The number of calls that the extension has in flight or queued, and the pool size of the others. */
const IN_FLIGHT = 16;

/** The scenario that the others are run in as well; in all of them, it would take twice as long. */
const COMPARED = 'A';
const CONTENDERS = ['p-retry + p-limit', 'ofetch', 'bare fetch'] as const satisfies Caller[];

/**
 * How well the client adapts to an unknown rate limit: many calls to a simulator that admits some of them, over loopback and in
 * real time. The simulators run in this process and the callers in another; their delays (`lateMs`) show whether the computer was
 * fast enough. The seeds run concurrently, one caller after the other, our two handovers together.
 *
 * - `time / ideal`: the time until the last call has ended, relative to the minimum time in which the limit can admit all.
 * - `refused`: requests answered with 429, in percent of the calls. They use the service for no result.
 * - a click: one call that the user waits for, during the others. Milliseconds; they depend more on the rate limit than on the
 *   computer.
 * - `allAtOnce`: the same with all calls handed over at once instead of 16 at a time.
 *
 * For comparison, in one scenario: p-retry with p-limit, ofetch with its own three retries, and a bare `fetch`, each with 16
 * calls at a time. If calls failed in the end, their time is meaningless and omitted.
 */
export const pacing: Measurement = {
  name: 'pacing',
  async measure(bench) {
    const load = await LoadProcess.start(bench);
    const samples: Sample[] = [];
    try {
      await warmUp(load);
      const rows: Row[] = [];
      for (const scenario of READS) {
        const { calls } = scenario;
        const [ours = [], allAtOnce = []] = await sideBySide(load, scenario, [
          (target) => readsJob(target, { calls }),
          (target) => readsJob(target, { calls, handover: 'atOnce' }),
        ]);
        samples.push(...ours, ...allAtOnce);
        const others: [string, Sample[]][] = [['allAtOnce', allAtOnce]];
        for (const caller of scenario.name === COMPARED ? CONTENDERS : []) {
          const [theirs = []] = await sideBySide(load, scenario, [(target) => readsJob(target, { calls, caller })]);
          others.push([caller, theirs]);
        }
        rows.push(...rowsOf(scenario, ours, others));
      }
      rows.push(...(await unlimitedRows(load)));
      for (const scenario of [SHARED, NO_BURST]) {
        const [ours = []] = await sideBySide(load, scenario, [(target) => readsJob(target, { calls: scenario.calls })]);
        samples.push(...ours);
        rows.push(...rowsOf(scenario, ours, []));
      }
      const [writes = []] = await sideBySide(load, WRITES, [writesJob], false);
      samples.push(...writes);
      rows.push(...rowsOf(WRITES, writes, []));
      for (const run of CLICKS) {
        const { calls } = run;
        const [clicked = []] = await sideBySide(load, run, [
          (target, seed) => readsJob(target, { calls, clicks: { seed } }),
        ]);
        samples.push(...clicked);
        rows.push(clickRow(run, clicked));
      }
      return [...rows, ...faultlessness(samples)];
    } finally {
      load.stop();
    }
  },
};

/** A warm-up that is not measured, to compile the code of all callers. */
async function warmUp(load: LoadProcess): Promise<void> {
  const jobs = (['ours', ...CONTENDERS] as const).map(
    (caller) => (target: Service['target']) => readsJob(target, { caller, calls: 100 }),
  );
  await inTurns(load, 1, jobs);
}

function readsJob(
  target: Service['target'],
  {
    caller = 'ours',
    handover = 'pooled',
    calls,
    inFlight = IN_FLIGHT,
    clicks,
  }: { caller?: Caller; handover?: Handover; calls: number; inFlight?: number; clicks?: { seed: number } },
): Job {
  return { kind: 'reads', ...target, caller, handover, calls, inFlight, ...(clicks && { clicks }) };
}

function writesJob(target: Service['target']): Job {
  return { kind: 'writes', ...target, skillIds: [demoSkills.guestCalling, demoSkills.nurseCall] };
}

function rowsOf({ name, title, calls, aims }: Scenario, ours: Sample[], others: readonly [string, Sample[]][]): Row[] {
  const times = ours.map(({ timeOverIdeal }) => timeOverIdeal);
  const refused = ours.map((sample) => sample.refused);
  const lateMs = rounded(Math.max(...[ours, ...others.map(([, own]) => own)].flat().map((sample) => sample.lateMs)), 1);
  return [
    {
      name: `pacing ${name}: ${title}, time / ideal`,
      value: rounded(median(times), 3),
      spread: spread(times),
      unit: 'times',
      aim: { atMost: aims.median },
      information: { ...Object.fromEntries(others.map(([other, own]) => [other, timeText(own, calls)])), lateMs },
    },
    {
      name: `pacing ${name}: the worst seed`,
      value: rounded(Math.max(...times), 3),
      unit: 'times',
      aim: { atMost: aims.worst },
    },
    {
      name: `pacing ${name}: refused`,
      value: rounded(median(refused)),
      unit: '%',
      ...(aims.refused !== undefined && { aim: { atMost: aims.refused } }),
      information: {
        worst: rounded(Math.max(...refused)),
        ...Object.fromEntries(others.map(([other, own]) => [other, rounded(median(own.map((each) => each.refused)))])),
      },
    },
  ];
}

/** Median and worst time over ideal, or the share of failed calls; and the number of calls sent during a back-off. */
function timeText(samples: readonly Sample[], calls: number): string {
  const sum = (of: (sample: Sample) => number) => samples.reduce((total, sample) => total + of(sample), 0);
  const failed = sum((sample) => sample.failed) / (samples.length * calls);
  const inSilence = sum((sample) => sample.inSilence);
  const times = samples.map(({ timeOverIdeal }) => timeOverIdeal);
  const time =
    failed > 0
      ? `failed ${(100 * failed).toFixed(0)} %`
      : `${median(times).toFixed(2)} (${Math.max(...times).toFixed(2)})`;
  return inSilence > 0 ? `${time} with ${inSilence} sent in silence` : time;
}

async function unlimitedRows(load: LoadProcess): Promise<Row[]> {
  const { calls, latencyMs, pools } = UNLIMITED;
  const rows: Row[] = [];
  for (const { inFlight, atMost } of pools) {
    const [ours = [], allAtOnce = [], bare = []] = await inTurns(load, latencyMs, [
      (target) => readsJob(target, { calls, inFlight }),
      (target) => readsJob(target, { calls, inFlight, handover: 'atOnce' }),
      (target) => readsJob(target, { calls, inFlight, caller: 'bare fetch' }),
    ]);
    const [oursMs, allAtOnceMs, bareMs] = [ours, allAtOnce, bare].map((own) => own.map(({ ms }) => ms));
    if (!oursMs || !allAtOnceMs || !bareMs) throw new Error('three callers have three results');
    if ([ours, allAtOnce, bare].flat().some(({ failed }) => failed > 0))
      throw new Error('a read failed without a fault');
    rows.push({
      name: `pacing D: 1,000 reads without a limit, 40 ms, ${inFlight} in flight / bare pool`,
      ...ratio(oursMs, bareMs),
      unit: 'times',
      aim: { atMost },
      information: {
        allAtOnce: rounded(ratioOfMedians(allAtOnceMs, bareMs), 3),
        oursMs: rounded(median(oursMs)),
        bareMs: rounded(median(bareMs)),
      },
    });
  }
  return rows;
}

function clickRow({ name, title, p99Ms }: (typeof CLICKS)[number], samples: readonly Sample[]): Row {
  const times = samples.flatMap(({ clicksMs }) => clicksMs).sort((one, other) => one - other);
  const timesOverIdeal = samples.map(({ timeOverIdeal }) => timeOverIdeal);
  return {
    name: `pacing ${name}: ${title}, 99th percentile`,
    value: Math.round(times[Math.ceil(0.99 * times.length) - 1] ?? Number.NaN),
    unit: 'ms',
    aim: { atMost: p99Ms },
    information: {
      clicks: times.length,
      medianMs: Math.round(median(times)),
      worstMs: Math.round(times.at(-1) ?? Number.NaN),
      'time / ideal': rounded(median(timesOverIdeal)),
    },
  };
}

/** What must not happen at all, counted over all calls of our client. */
function faultlessness(samples: readonly Sample[]): Row[] {
  const sum = (of: (sample: Sample) => number) => samples.reduce((total, sample) => total + of(sample), 0);
  const none = { unit: 'calls', aim: { atMost: 0 } } as const;
  return [
    { name: 'pacing: calls that failed in the end', value: sum(({ failed }) => failed), ...none },
    { name: 'pacing: requests sent in an imposed silence', value: sum(({ inSilence }) => inSilence), ...none },
    { name: 'pacing W: writes at once on one provider', value: sum(({ writesAtOnce }) => writesAtOnce), ...none },
    { name: 'pacing W: writes sent again blindly', value: sum(({ blindWrites }) => blindWrites), ...none },
    { name: 'pacing W: outcomes that are not true', value: sum(({ misreported }) => misreported), ...none },
  ];
}
