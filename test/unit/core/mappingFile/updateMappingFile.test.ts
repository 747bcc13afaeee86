import { describe, expect, it } from 'vitest';
import { updatedMappingFile } from '../../../../src/core/mappingFile/updateMappingFile';
import { mappedTo, notMapped, OTHER_SKILL, SKILL, THIRD_SKILL } from '../../../support/builders';

const TEXT = `// Production. Ask the desk before you change it.
{
  "account": "production", // of the chain
  "mappings": [
    // Seattle
    { "serviceProviderId": "aurora", "skillId": "${SKILL}", "name": "Aurora" }, // first
    {   "skillId":"${OTHER_SKILL}",
        "serviceProviderId":"borealis" },
    { "serviceProviderId": "clinic", "skillId": "\${profile:staging}" } /* last */
  ],
  "absent": [ "gone", "closed" ] // closed hotels
}
`;

const staging = (id: string) => [{ id, source: { folder: 'skill', profile: 'staging' } }];
const update = (live: Parameters<typeof updatedMappingFile>[1], text = TEXT) =>
  updatedMappingFile(text, live, staging(THIRD_SKILL));

describe('an update of a mapping file', () => {
  it('changes no byte if the service agrees, in either form of the skill ID', () => {
    const live = new Map([
      ['aurora', mappedTo(SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.'))],
      ['clinic', mappedTo(THIRD_SKILL)],
      ['gone', notMapped],
      ['not in the file', mappedTo(SKILL)],
    ]);
    expect(update(live)).toBe(TEXT);
  });

  it('replaces only the skill of a remapped service provider', () => {
    const live = new Map([
      ['aurora', mappedTo(THIRD_SKILL)],
      ['borealis', mappedTo(SKILL)],
      ['clinic', mappedTo(SKILL)],
    ]);
    expect(update(live)).toBe(
      TEXT.replace(SKILL, THIRD_SKILL).replace(OTHER_SKILL, SKILL).replace('${profile:staging}', SKILL),
    );
  });

  it('moves what is not mapped to the absent ones, and what is mapped back', () => {
    const live = new Map([
      ['borealis', notMapped],
      ['closed', mappedTo(SKILL)],
    ]);
    expect(update(live)).toBe(`// Production. Ask the desk before you change it.
{
  "account": "production", // of the chain
  "mappings": [
    // Seattle
    { "serviceProviderId": "aurora", "skillId": "${SKILL}", "name": "Aurora" }, // first
    { "serviceProviderId": "clinic", "skillId": "\${profile:staging}" }, /* last */
    { "serviceProviderId": "closed", "skillId": "${SKILL}" }
  ],
  "absent": [ "gone", "borealis" ] // closed hotels
}
`);
  });

  it('adds the list of absent ones, with the line breaks and the indentation of the file', () => {
    const text = '{\r\n\t"mappings": [\r\n\t\t{ "serviceProviderId": "aurora", "skillId": "s" }\r\n\t]\r\n}\r\n';
    const updated = update(new Map([['aurora', notMapped]]), text);
    expect(JSON.parse(updated)).toEqual({ mappings: [], absent: ['aurora'] });
    expect(updated.replaceAll('\r\n', '')).not.toContain('\n');
    expect(updated).toContain('\r\n\t"absent": [');
  });

  it('refuses a file with errors', () => {
    expect(() => update(new Map(), '{ "mappings": [')).toThrow('a mapping file with errors cannot be updated');
  });
});
