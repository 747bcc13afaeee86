import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bundleInto } from './bundle';
import { LongestBlock } from './longestBlock';
import { type Measurement, rounded } from './measurement';
import { median, ratio } from './medians';
import { PROJECT_FILES, SKILLS_TEXT, writeSkillProjects } from './skillProjects';
import type * as ShippedSkills from './shippedSkills';

const ROUNDS = 20;

/**
 * The names of all skills of a workspace, read after the first rows: the time compared with a bare read of the same files, with
 * `JSON.parse` of each, and the longest time that this keeps other tasks from running, such as the rows.
 */
export const skills: Measurement = {
  name: 'skills',
  async measure({ dir, signal }) {
    const bundle = await bundleInto(dir, 'shippedSkills');
    const { readSkillProject, SkillNames } = createRequire(bundle)(bundle) as typeof ShippedSkills;
    const folders = await writeSkillProjects(dir);
    const bare = async () => {
      await Promise.all(
        folders.flatMap((folder) =>
          PROJECT_FILES.map(async (file) => void JSON.parse(await readFile(path.join(folder, file), 'utf8'))),
        ),
      );
    };
    const named = async () => {
      const names = new SkillNames();
      const projects = await Promise.all(
        folders.map((folder) =>
          readSkillProject(folder, (file) => readFile(path.join(folder, file), 'utf8').catch(() => undefined), 'en'),
        ),
      );
      names.setWorkspaceSkills(projects.flat());
      const unnamed = projects.flat().filter(({ id }) => names.nameOf(id) === undefined).length;
      if (unnamed > 0) throw new Error(`${unnamed} skills have no name`);
    };
    const times = { bare: [] as number[], named: [] as number[] };
    // The first round compiles the code.
    for (let round = -1; round < ROUNDS; round++) {
      const sides = [['bare', bare] as const, ['named', named] as const];
      for (const [side, run] of round % 2 === 0 ? sides : sides.toReversed()) {
        signal.throwIfAborted();
        const began = performance.now();
        await run();
        if (round >= 0) times[side].push(performance.now() - began);
      }
    }
    const block = new LongestBlock();
    await named();
    return [
      {
        name: `the names of ${SKILLS_TEXT} / a bare read of their files`,
        ...ratio(times.named, times.bare),
        unit: 'times',
        aim: { atMost: 5 },
        information: { oursMs: rounded(median(times.named)), bareMs: rounded(median(times.bare)) },
      },
      {
        name: `the names of ${SKILLS_TEXT}: longest block of other tasks`,
        value: Math.round(block.stop()),
        unit: 'ms',
        aim: { atMost: 50 },
      },
    ];
  },
};
