import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { bundleInto } from './bundle';
import { FEW, MANY, settingsWith, SKILLS } from './configuredProviders';
import { writeExtension } from './extensionFolder';
import { runInHost } from './hostRun';
import { rounded, type Measurement } from './measurement';

const root = path.resolve(import.meta.dirname, '../..');
const EXTENSION = 'bench.counted';

const Rendered = v.object({
  rows: v.number(),
  getTreeItemCalls: v.number(),
  announcements: v.number(),
  announcedAll: v.boolean(),
});
const Times = v.object({ list: v.number(), group: v.number(), filter: v.number() });
const Result = v.object({
  heapGrowth: v.number(),
  read: Rendered,
  renamed: Rendered,
  times: Times,
  grouped: Rendered,
  readInGroup: Rendered,
  moved: Rendered,
});

/** The rows of two groups of the same size, and those of the groups themselves. */
const TWO_GROUPS = (2 * MANY) / SKILLS + 2;

/**
 * How many of 10,000 rows are rendered again when one service provider changes, counted where VS Code requests tree items. A
 * read changes a row twice, to checking and then to its mapping; changes in quick succession are rendered once. A rename updates
 * the whole setting. The memory is that of the extension host, including VS Code's own records of the rows, minus that with ten
 * rows. In groups, VS Code requests the two groups again that a row leaves and enters. The times of grouping and filtering are
 * those of the tree before VS Code renders anything, compared with rendering all rows.
 */
export const changes: Measurement = {
  name: 'changes',
  async measure(bench) {
    const code = await readFile(await bundleInto(bench.dir, 'countedExtension'), 'utf8');
    const { contributes } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      contributes: object;
    };
    const extension = await writeExtension(bench.dir, EXTENSION, code, { contributes });
    const module = await bundleInto(bench.dir, 'changes.inHost');
    const withProviders = (count: number) =>
      runInHost(
        bench,
        { module, extensions: [extension], workspaceSettings: settingsWith(count), input: EXTENSION },
        Result,
      );
    const many = await withProviders(MANY);
    const few = await withProviders(FEW);
    const bytesEach = Math.round((many.heapGrowth - few.heapGrowth) / (MANY - FEW));
    const { read, renamed, times, grouped, readInGroup, moved } = many;
    return [
      {
        name: `rendered again of ${MANY} when one is read`,
        value: read.rows,
        unit: 'rows',
        aim: { atMost: 1 },
        information: { announcements: read.announcements, getTreeItemCalls: read.getTreeItemCalls },
      },
      {
        name: `rendered again of ${MANY} when one is renamed`,
        value: renamed.rows,
        unit: 'rows',
        aim: { atMost: 1 },
        information: { getTreeItemCalls: renamed.getTreeItemCalls, all: String(renamed.announcedAll) },
      },
      {
        name: `rendered again of ${MANY} in groups when one is read`,
        value: readInGroup.rows,
        unit: 'rows',
        aim: { atMost: 1 },
        information: { getTreeItemCalls: readInGroup.getTreeItemCalls },
      },
      {
        name: `rendered again of ${MANY} in ${SKILLS} groups when one moves to another`,
        value: moved.rows,
        unit: 'rows',
        aim: { atMost: TWO_GROUPS },
        information: { getTreeItemCalls: moved.getTreeItemCalls, all: String(moved.announcedAll) },
      },
      {
        name: `to group ${MANY} by skill / to render them`,
        value: rounded(times.group / times.list),
        unit: 'times',
        aim: { atMost: 1 },
        information: { groupMs: rounded(times.group), listMs: rounded(times.list), rendered: grouped.rows },
      },
      {
        name: `to filter ${MANY} / to render them`,
        value: rounded(times.filter / times.list),
        unit: 'times',
        aim: { atMost: 1 },
        information: { filterMs: rounded(times.filter) },
      },
      { name: 'memory of the extension host for each provider', value: bytesEach, unit: 'bytes' },
    ];
  },
};
