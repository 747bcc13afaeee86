import { describe, expect, it } from 'vitest';
import { contributes } from '../../../../package.json';
import {
  ApplyInput,
  GetInput,
  ListInput,
  MAX_LISTED,
  MAX_PLANNED,
  parseInput,
  PlanInput,
  wantedMappings,
} from '../../../../src/core/languageModelTools/toolInput';
import {
  ACCESS_TOKEN,
  mappedTo,
  notMapped,
  OTHER_SERVICE_PROVIDER,
  SERVICE_PROVIDER,
  SKILL,
} from '../../../support/builders';

const planned = (input: unknown) => {
  const parsed = parseInput(PlanInput, input);
  return parsed.ok ? wantedMappings(parsed.value) : parsed;
};
const mapping = (serviceProviderId: string, skillId = SKILL) => ({ serviceProviderId, skillId });

describe('the input of a tool', () => {
  it('has the properties and limits that the manifest declares', () => {
    const schemas = { ListInput, GetInput, PlanInput, ApplyInput };
    const declared = contributes.languageModelTools.map(({ inputSchema }) => Object.keys(inputSchema.properties));
    expect(Object.values(schemas).map(({ entries }) => Object.keys(entries))).toEqual(declared);
    const [list, , plan] = contributes.languageModelTools;
    expect(list?.inputSchema.properties).toHaveProperty('limit.maximum', MAX_LISTED);
    expect(plan?.inputSchema.properties).toHaveProperty('mappings.maxItems', MAX_PLANNED);
    expect(plan?.inputSchema.properties).toHaveProperty('absent.maxItems', MAX_PLANNED);
  });

  it('may leave out what has a default', () => {
    expect(parseInput(ListInput, {})).toEqual({
      ok: true,
      value: { filter: '', refresh: false, offset: 0, limit: MAX_LISTED },
    });
  });

  it.each([
    ['text', 'The input must be an object.'],
    [{}, 'serviceProviderId is missing.'],
    [{ serviceProviderId: 7 }, 'serviceProviderId must be a string.'],
    [{ serviceProviderId: 'id', token: ACCESS_TOKEN }, 'token is not a known property.'],
  ])('is rejected with what is wrong, but not with the value: %o', (input, problem) => {
    expect(parseInput(GetInput, input)).toEqual({ ok: false, problems: [problem] });
  });

  it.each([
    [{ limit: 0 }, 'limit must be >=1.'],
    [{ limit: 1_000 }, 'limit must be <=100.'],
    [{ offset: 1.5 }, 'offset must be an integer.'],
    [{ refresh: 'yes' }, 'refresh must be true or false.'],
  ])('is rejected out of its limits: %o', (input, problem) => {
    expect(parseInput(ListInput, input)).toEqual({ ok: false, problems: [problem] });
  });
});

describe('the wanted mappings', () => {
  it('are those of the input, in its order', () => {
    const input = { mappings: [mapping(SERVICE_PROVIDER)], absent: [OTHER_SERVICE_PROVIDER] };
    expect(planned(input)).toEqual({
      ok: true,
      value: {
        wanted: new Map([
          [SERVICE_PROVIDER, mappedTo(SKILL)],
          [OTHER_SERVICE_PROVIDER, notMapped],
        ]),
        warnings: new Map(),
      },
    });
  });

  it('have warnings where an ID looks unusual', () => {
    const result = planned({ mappings: [mapping('hotel', 'guest calling'.replace(' ', '-'))] });
    expect(result).toHaveProperty('value.warnings', new Map([['hotel', [expect.any(String), expect.any(String)]]]));
  });

  it.each([
    [{}, ['Name at least one service provider in "mappings" or "absent".']],
    [
      { mappings: [mapping(SERVICE_PROVIDER)], absent: [SERVICE_PROVIDER] },
      ['absent.0: this service provider occurs twice. Name it once.'],
    ],
    [
      { mappings: [mapping(SERVICE_PROVIDER, SERVICE_PROVIDER)] },
      ['mappings.0.skillId: This is the ID of a service provider, not of a skill.'],
    ],
    [{ mappings: [{ serviceProviderId: SERVICE_PROVIDER }] }, ['mappings.0.skillId is missing.']],
    [{ mappings: [mapping('')] }, [expect.stringContaining('mappings.0.serviceProviderId: Enter an ID')]],
    [
      { absent: Array.from({ length: MAX_PLANNED + 1 }, (_, index) => `amzn1.comms.csp.id.${index}`) },
      [expect.stringContaining('this one has 51. Make several plans')],
    ],
  ])('are rejected with each problem: %#', (input, problems) => {
    expect(planned(input)).toEqual({ ok: false, problems });
  });

  it('are rejected without a secret that is in the place of an ID', () => {
    const result = planned({ mappings: [mapping(ACCESS_TOKEN, ACCESS_TOKEN)] });
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain(ACCESS_TOKEN);
  });
});
