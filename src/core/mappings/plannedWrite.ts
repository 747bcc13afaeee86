import type { RequestContext } from '../api/serviceClient';
import type { ChangeSender, MappingChange, NetworkMapping } from '../model/networkMapping';

/** On whose behalf a change is made, and as part of which operation. */
export interface ChangeContext extends RequestContext {
  /** Shared by all changes of one operation. */
  readonly operationId: string;
  /** How many service providers were selected for the operation. */
  readonly selected?: number;
  /** Reads the mapping that is replaced right before, however recently it was read. */
  readonly readsFirst?: boolean;
}

/** One change of an operation, with what the user confirmed: it is sent only while all of that still holds. */
export interface PlannedWrite {
  readonly change: MappingChange;
  /** The mapping that it replaces. */
  readonly replaces?: NetworkMapping;
  /** Who sends it, and where to. */
  readonly sender?: ChangeSender;
  /** The earlier change that this one undoes, by its journal ID. */
  readonly revertsChangeId?: string;
}
