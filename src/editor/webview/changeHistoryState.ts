import * as v from 'valibot';
import { looksLikeSecret } from '../../core/model/identifiers';

/** The part of the page's stored state that the extension needs. */
export interface ChangeHistoryState {
  /** The text of the search field. */
  readonly search: string;
}

const State: v.GenericSchema<unknown, ChangeHistoryState> = v.object({ search: v.string() });

/** Parses stored state, possibly of another version; without it, or if it contains a secret, all changes are shown. */
export function readChangeHistoryState(kept: unknown): ChangeHistoryState {
  const state = v.safeParse(State, kept);
  return state.success && !looksLikeSecret(state.output.search) ? state.output : { search: '' };
}
