/** The environment variables in which a module in the extension host finds its input, and the file for its result. */
export const INPUT = 'BENCH_INPUT';
export const RESULT = 'BENCH_RESULT';
