import { createRequire } from 'node:module';
import { bundleInto } from './bundle';
import { LongestBlock } from './longestBlock';
import { type Measurement, rounded } from './measurement';
import { median, ratio } from './medians';
import type * as ShippedComparison from './shippedComparison';

const ENTRIES = 5_000;
const ROUNDS = 20;

/** A mapping file of thousands of entries, half of which differ: the comparison that its editor shows, and its update by one mapping. */
export const mappingFile: Measurement = {
  name: 'mappingFile',
  async measure({ dir, signal }) {
    const bundle = await bundleInto(dir, 'shippedComparison');
    const shipped = createRequire(bundle)(bundle) as typeof ShippedComparison;
    const { comparedAgain, compareMappingFile, deviationText, parseMappingFile, SkillNames } = shipped;
    const ids = Array.from({ length: ENTRIES }, (_, index) => `amzn1.comms.csp.id.${index}`);
    const mapped = (index: number) => ({ type: 'mapped', skillId: `amzn1.ask.skill.${index}` }) as const;
    const unwanted = () => Promise.reject(new Error('a change was not expected'));
    const store = new shipped.MappingStore(
      { get: (id) => Promise.resolve({ ok: true, value: mapped(ids.indexOf(id) % 2) }), change: unwanted },
      { begin: unwanted, complete: unwanted },
    );
    store.setEntries(ids.map((id) => ({ type: 'provider', id })));
    store.setSessions(new Map([['default', 'session']]));
    await store.refresh(ids);
    const file = parseMappingFile(
      JSON.stringify({ mappings: ids.map((serviceProviderId) => ({ serviceProviderId, skillId: mapped(0).skillId })) }),
    );
    const names = new SkillNames();
    const whole = () => {
      const entries = compareMappingFile(file, [], store);
      const differing = entries.flatMap((entry) => deviationText(entry, names) ?? []).length;
      if (differing !== ENTRIES / 2) throw new Error(`${differing} entries differ`);
      return entries;
    };
    const entries = whole();
    const times = { whole: [] as number[], one: [] as number[] };
    for (let round = -1; round < ROUNDS; round++) {
      const sides = [
        ['whole', whole] as const,
        ['one', () => comparedAgain(entries, new Set(['amzn1.comms.csp.id.7']), file, store)] as const,
      ];
      for (const [side, run] of round % 2 === 0 ? sides : sides.toReversed()) {
        signal.throwIfAborted();
        const began = performance.now();
        run();
        if (round >= 0) times[side].push(performance.now() - began);
      }
    }
    const block = new LongestBlock();
    whole();
    return [
      {
        name: `a mapping file of ${ENTRIES.toLocaleString('en')} entries: update by one mapping / comparison`,
        ...ratio(times.one, times.whole),
        unit: 'times',
        aim: { atMost: 0.2 },
        information: { oneMs: rounded(median(times.one)), wholeMs: rounded(median(times.whole)) },
      },
      {
        name: `a mapping file of ${ENTRIES.toLocaleString('en')} entries: longest block by its comparison`,
        value: Math.round(block.stop()),
        unit: 'ms',
        aim: { atMost: 50 },
      },
    ];
  },
};
