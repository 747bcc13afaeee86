import * as v from 'valibot';
import { looksLikeSecret } from '../../core/model/identifiers';

/** Of what the page of the change history keeps over a reload of the window, what the extension needs. */
export interface ChangeHistoryState {
  /** What stood in the search field. */
  readonly search: string;
}

const State: v.GenericSchema<unknown, ChangeHistoryState> = v.object({ search: v.string() });

/** Reads what was kept, perhaps by another version; without it, or where it is a secret, all changes are shown. */
export function readChangeHistoryState(kept: unknown): ChangeHistoryState {
  const state = v.safeParse(State, kept);
  return state.success && !looksLikeSecret(state.output.search) ? state.output : { search: '' };
}
