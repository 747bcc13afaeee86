import type { ConfiguredProvider } from '../../src/core/model/configuredProviders';
import type { ApiFailure, FailureKind } from '../../src/core/failures/apiFailure';
import type { NetworkMapping, MappingSnapshot } from '../../src/core/model/networkMapping';
import { SkillNames } from '../../src/core/skills/skillNames';

export const SERVICE_PROVIDER = 'amzn1.comms.csp.id.5a2b6c1e-7f0d-4f6c-9a52-3f1f6f1d2b11';
export const OTHER_SERVICE_PROVIDER = 'amzn1.comms.csp.id.0b9f6d3a-1c55-4a38-8d0f-6f6f8e0b7c22';
export const SKILL = 'amzn1.ask.skill.7d9ef6a0-64c7-4a5e-8a56-2f7b1d1f0a01';
export const OTHER_SKILL = 'amzn1.ask.skill.93c1e2d4-0b1f-4d6e-9b37-5a8c6e4f2b02';
export const THIRD_SKILL = 'amzn1.ask.skill.1f2e3d4c-5b6a-4978-8695-a4b3c2d1e003';

/** One in the usual format and one that matches no known pattern: no code may rely on the format of a token. */
export const ACCESS_TOKEN = 'Atza|IwEBIJ-unit_test.token+of/the=usual~form';
export const ODD_ACCESS_TOKEN = 'token;of|no"known-form=(42),<x>';

const METHODS = {
  get: 'GET',
  create: 'POST',
  update: 'PUT',
  delete: 'DELETE',
  readProvider: 'GET',
  createProvider: 'POST',
  updateProvider: 'PUT',
  deleteProvider: 'DELETE',
} as const;

export function aFailure(kind: FailureKind, some: Partial<ApiFailure> = {}): ApiFailure {
  const { operation = 'get', serviceProviderId = SERVICE_PROVIDER } = some;
  return {
    kind,
    operation,
    serviceProviderId,
    method: METHODS[operation],
    url: `https://api.amazonalexa.com/v1/communications/serviceProviders/${encodeURIComponent(serviceProviderId)}/network`,
    attempts: [{ startedAtMs: 1_700_000_000_000, durationMs: 40, outcome: kind }],
    effect: 'none',
    ...some,
  };
}

export function aProvider(id = SERVICE_PROVIDER, some: Partial<ConfiguredProvider> = {}): ConfiguredProvider {
  return { type: 'provider', id, ...some };
}

export const notMapped: NetworkMapping = { type: 'notMapped' };

export function mappedTo(skillId: string): NetworkMapping {
  return { type: 'mapped', skillId };
}

/** The mapping for what the simulator returns: a skill ID, or undefined. */
export function mappingOf(skillId: string | undefined): NetworkMapping {
  return skillId === undefined ? notMapped : mappedTo(skillId);
}

export function aReading(mapping: NetworkMapping, readAtMs = 1_700_000_000_000): MappingSnapshot {
  return { mapping, readAtMs };
}

/** The session of each account by name: of `default` only, or of the given names. */
export function signedInTo(...names: readonly string[]): ReadonlyMap<string, string | undefined> {
  return new Map((names.length > 0 ? names : ['default']).map((name) => [name, `session of ${name}`]));
}
/** Signed out of all accounts. */
export const signedOut: ReadonlyMap<string, string | undefined> = new Map();

/** Skills with these names, by ID. */
export function skillsNamed(names: Readonly<Record<string, string>> = {}): SkillNames {
  const skills = new SkillNames();
  skills.setConfigured(Object.entries(names).map(([id, name]) => ({ id, name })));
  return skills;
}
