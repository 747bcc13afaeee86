/** The environment variables with the input of a module in the extension host, and with the file for its result. */
export const INPUT = 'BENCH_INPUT';
export const RESULT = 'BENCH_RESULT';
