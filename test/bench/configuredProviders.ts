import { providersOf } from '../simulator/seed';

/** As many as no one is expected to have, and as few as most have. */
export const MANY = 10_000;
export const FEW = 10;

/** Over which they are spread. */
export const SKILLS = 20;

/** Workspace settings that list so many service providers. */
export function settingsWith(count: number): Record<string, unknown> {
  const list = providersOf(count).map(({ serviceProviderId: id, name }) => ({ id, name }));
  return { 'alexaNetworkMapping.serviceProviders': list };
}
