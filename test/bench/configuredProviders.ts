import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { providersOf } from '../simulator/seed';

/** More than any user is expected to have, and as few as most users have. */
export const MANY = 10_000;
export const FEW = 10;

/** The number of skills that they are distributed over. */
export const SKILLS = 20;

/** Workspace settings with this many service providers. */
export function settingsWith(count: number): Record<string, unknown> {
  const list = providersOf(count).map(({ serviceProviderId: id, name }) => ({ id, name }));
  return { 'alexaNetworkMapping.serviceProviders': list };
}

/** Writes a workspace with this many service providers; resolves with its folder. */
export async function workspaceWith(dir: string, count: number): Promise<string> {
  const folder = path.join(dir, `workspace-${count}`);
  await mkdir(path.join(folder, '.vscode'), { recursive: true });
  await writeFile(path.join(folder, '.vscode/settings.json'), JSON.stringify(settingsWith(count)));
  return folder;
}
