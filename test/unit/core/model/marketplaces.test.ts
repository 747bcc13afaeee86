import { expect, it } from 'vitest';
import {
  consoleUrl,
  EUROPE,
  marketplacesOf,
  MARKETPLACES,
  NORTH_AMERICA,
} from '../../../../src/core/model/marketplaces';

const countries = (endpoints: readonly string[]) => marketplacesOf(endpoints).map(({ country }) => country);

it('an endpoint has the marketplaces of its region', () => {
  expect(countries([NORTH_AMERICA])).toEqual(['US']);
  expect(countries([EUROPE, EUROPE])).toEqual(['GB', 'FR', 'IT', 'DE', 'ES']);
});

it.each([[[]], [[NORTH_AMERICA, EUROPE]], [['https://gateway.example']], [[EUROPE, '']]])(
  'all marketplaces are possible with the endpoints %j',
  (endpoints) => {
    expect(marketplacesOf(endpoints)).toEqual(MARKETPLACES);
  },
);

it('each console is a page of Amazon', () => {
  for (const marketplace of MARKETPLACES) {
    expect(consoleUrl(marketplace)).toMatch(/^https:\/\/www\.amazon\.(com|co\.uk|fr|it|de|es)\/alexasmartproperties$/);
  }
});
