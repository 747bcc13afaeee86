import fc from 'fast-check';

// If ten generated cases do not kill a mutant, a fixed example is missing.
fc.configureGlobal({ numRuns: 10 });
