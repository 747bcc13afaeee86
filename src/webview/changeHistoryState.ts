import * as v from 'valibot';

/** Of what the page of the change history keeps over a reload of the window, what the extension needs. */
export interface ChangeHistoryState {
  /** What stood in the search field. */
  readonly search: string;
}

const State: v.GenericSchema<unknown, ChangeHistoryState> = v.object({ search: v.string() });

/** Reads what was kept, perhaps by another version; without it, all changes are shown. */
export function readChangeHistoryState(kept: unknown): ChangeHistoryState {
  const state = v.safeParse(State, kept);
  return state.success ? state.output : { search: '' };
}
