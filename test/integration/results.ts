/** What a run of the integration tests came to, as it is written to `test-results/integration.json`. */
export interface IntegrationResults {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly durationMs: number;
  readonly failures: readonly TestFailure[];
}

export interface TestFailure {
  readonly test: string;
  readonly message: string;
}

/** The names of the environment variables by which the runner speaks to the tests inside VS Code. */
export const environment = {
  /** The file to which the tests write their results. */
  results: 'INTEGRATION_RESULTS',
  /** An address that the workspace tries to have requests sent to; nothing may ever go there. */
  trap: 'INTEGRATION_TRAP',
} as const;
