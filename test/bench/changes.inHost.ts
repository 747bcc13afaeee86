import * as v from 'valibot';
import type { CountedExtension, Counts } from './countedExtension';
import { heapUsed } from './heap';
import { dormantExtension, input, report } from './insideHost';

/** Changes one service provider in the middle of those that VS Code has rendered, and reports what was rendered again. */
export async function run(): Promise<void> {
  const heapBefore = heapUsed();
  const extension = dormantExtension(v.parse(v.string(), input()));
  const counted = (await extension.activate()) as CountedExtension;
  await counted.show();
  const heapGrowth = heapUsed() - heapBefore;
  const read = summary(await counted.readOne(3));
  const renamed = summary(await counted.renameOne(3));
  const grouped = summary(await counted.group());
  const readInGroup = summary(await counted.readOne(3));
  const moved = summary(await counted.moveOne(3));
  const times = await counted.timeRows();
  await report({ heapGrowth, read, renamed, times, grouped, readInGroup, moved });
}

function summary({ rendered, announced }: Counts): object {
  return {
    rows: new Set(rendered).size,
    getTreeItemCalls: rendered.length,
    announcements: announced.length,
    announcedAll: announced.includes(null),
  };
}
