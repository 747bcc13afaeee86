import { describe, expect, it } from 'vitest';
import { parseMappingFile } from '../../../../src/core/mappingFile/mappingFile';
import { resolveMappingFiles, type NamedMappingFile } from '../../../../src/core/mappingFile/resolveMappingFiles';
import type { WorkspaceSkill } from '../../../../src/core/skills/skillNames';
import {
  mappedTo,
  notMapped,
  OTHER_SERVICE_PROVIDER,
  OTHER_SKILL,
  SERVICE_PROVIDER,
  SKILL,
} from '../../../support/builders';

const OTHER_FORM = SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.');

const fileOf = (path: string, json: object): NamedMappingFile => ({
  path,
  file: parseMappingFile(JSON.stringify(json)),
});
const mapped = (serviceProviderId: string, skillId: string, name?: string) => ({ serviceProviderId, skillId, name });
const skillOf = (profile: string, id: string, folder = 'skill'): WorkspaceSkill => ({
  id,
  source: { folder, profile },
});

const messages = (...[files, skills]: Parameters<typeof resolveMappingFiles>) =>
  resolveMappingFiles(files, skills).problems.map(({ path, message }) => `${path}: ${message}`);

describe('mapping files', () => {
  it('want what their entries say, in their order', () => {
    const { desired, problems } = resolveMappingFiles(
      [
        fileOf('a', { account: 'x', mappings: [mapped(SERVICE_PROVIDER, SKILL, 'Aurora')], absent: ['gone'] }),
        fileOf('b', { mappings: [mapped(OTHER_SERVICE_PROVIDER, OTHER_SKILL)] }),
      ],
      [],
    );
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(desired).toMatchObject([
      { serviceProviderId: SERVICE_PROVIDER, name: 'Aurora', account: 'x', target: mappedTo(SKILL) },
      { serviceProviderId: 'gone', account: 'x', target: notMapped },
      { serviceProviderId: OTHER_SERVICE_PROVIDER, target: mappedTo(OTHER_SKILL) },
    ]);
  });

  it('may have a service provider in common if they agree, in either form of the skill ID', () => {
    const files = [
      fileOf('a', { mappings: [mapped(SERVICE_PROVIDER, SKILL)] }),
      fileOf('b', { mappings: [mapped(SERVICE_PROVIDER, OTHER_FORM, 'Aurora')] }),
    ];
    const { desired, problems } = resolveMappingFiles(files, []);
    expect(problems).toEqual([]);
    expect(desired).toMatchObject([
      { name: 'Aurora', target: mappedTo(SKILL), places: [{ path: 'a' }, { path: 'b' }] },
    ]);
  });

  it.each([
    [{ mappings: [mapped(SERVICE_PROVIDER, OTHER_SKILL)] }, 'skill'],
    [{ mappings: [], absent: [SERVICE_PROVIDER] }, 'skill'],
    [{ account: 'x', mappings: [mapped(SERVICE_PROVIDER, SKILL)] }, 'account'],
  ])('that disagree are both marked: %j', (other, what) => {
    const files = [fileOf('a', { mappings: [mapped(SERVICE_PROVIDER, SKILL)] }), fileOf('b', other)];
    expect(messages(files, []).sort()).toEqual([
      `a: b has another ${what} for this service provider.`,
      `b: a has another ${what} for this service provider.`,
    ]);
  });

  it('refer to skills by profiles', () => {
    const files = [fileOf('a', { mappings: [mapped(SERVICE_PROVIDER, '${profile:staging}')] })];
    const skills = [skillOf('default', OTHER_SKILL), skillOf('staging', SKILL), skillOf('staging', OTHER_FORM, 'copy')];
    expect(resolveMappingFiles(files, skills)).toMatchObject({ problems: [], desired: [{ target: mappedTo(SKILL) }] });
  });

  it('with a profile that is unknown or ambiguous are not planned', () => {
    const files = [fileOf('a', { mappings: [mapped(SERVICE_PROVIDER, '${profile:staging}')] })];
    expect(messages(files, [])).toEqual([
      'a: No skill project of the workspace has a skill for the profile staging. Deploy it first.',
    ]);
    const skills = [skillOf('staging', SKILL, 'hotel'), skillOf('staging', OTHER_SKILL, 'ward')];
    expect(messages(files, skills)).toEqual([
      'a: The skill projects hotel and ward have different skills for the profile staging. Write the ID of the skill instead.',
    ]);
    expect(resolveMappingFiles(files, skills).desired).toEqual([]);
  });
});
