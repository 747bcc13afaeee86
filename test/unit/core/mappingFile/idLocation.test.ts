import { describe, expect, it } from 'vitest';
import { idLocationAt } from '../../../../src/core/mappingFile/idLocation';

/** Returns what is written at the bar in a text, and what a completion would replace. */
const at = (marked: string) => {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = idLocationAt(text, offset);
  return found && [found.kind, text.slice(found.start, found.end)];
};

describe('the place of an ID in a mapping file', () => {
  it('is the value of a service provider or a skill, with its quotes', () => {
    expect(at('{ "mappings": [ { "serviceProviderId": "ab|c" } ] }')).toEqual(['serviceProvider', '"abc"']);
    expect(at('{ "mappings": [ { "skillId": "|" } ] }')).toEqual(['skill', '""']);
    expect(at('{ "absent": [ "one", "t|wo" ] }')).toEqual(['serviceProvider', '"two"']);
  });

  it('is empty where nothing is written yet', () => {
    expect(at('{ "mappings": [ { "skillId": | } ] }')).toEqual(['skill', '']);
    expect(at('{ "absent": [ | ] }')).toEqual(['serviceProvider', '']);
  });

  it('is nowhere else', () => {
    for (const text of [
      '{ "account": "|" }',
      '{ "mappings": [ { "na|me": "" } ] }',
      '{ "mappings": [ { "name": "|" } ] }',
      '{ "mappings": [ | ] }',
      '|',
    ]) {
      expect(at(text)).toBeUndefined();
    }
  });
});
