/** The results of a run of the integration tests, as written to `test-results/integration.json`. */
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

/** The environment variables that the runner passes to the tests inside VS Code. */
export const environment = {
  /** The file that the tests write their results to. */
  results: 'INTEGRATION_RESULTS',
  /** A URL that the workspace settings try to redirect requests to. Nothing may be sent there. */
  trap: 'INTEGRATION_TRAP',
} as const;
