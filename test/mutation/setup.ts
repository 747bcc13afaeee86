import fc from 'fast-check';

// A mutant that ten generated cases do not catch shows that an example is missing.
fc.configureGlobal({ numRuns: 10 });
