import { describe } from 'vitest';
import { testSeeds } from '../../support/manyHands/testSeeds';

describe('two windows, a command line and a stranger', () => {
  testSeeds(1, 2);
});
