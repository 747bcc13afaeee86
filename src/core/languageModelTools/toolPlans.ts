import type { NetworkMapping } from '../model/networkMapping';
import type { Plan } from '../operations/plan';

/** A plan that a language model has made, until it is applied. */
export interface ToolPlan {
  readonly id: string;
  readonly plan: Plan;
  readonly wanted: ReadonlyMap<string, NetworkMapping>;
  /** Unix time in milliseconds. */
  readonly expiresAtMs: number;
}

/** Why a plan cannot be applied. */
export type PlanProblem = 'unknownPlan' | 'expiredPlan' | 'appliedPlan' | 'unconfirmedPlan';

interface Kept extends ToolPlan {
  /** Whether the user was shown its changes, which VS Code does right before it is applied. */
  isShown: boolean;
  isApplied: boolean;
}

const LIFETIME_MS = 15 * 60_000;

/** Enough for a model that plans several groups before it applies the first. */
const MAX_KEPT = 20;

/** The plans of this window, in memory. Each is applied once, and only after the user was shown it. */
export class ToolPlans {
  private readonly kept = new Map<string, Kept>();

  /**
   * @param now Unix time in milliseconds
   * @param newId returns an ID that cannot be guessed
   */
  constructor(
    private readonly now: () => number,
    private readonly newId: () => string,
  ) {}

  add(plan: Plan, wanted: ToolPlan['wanted']): ToolPlan {
    const kept = {
      id: this.newId(),
      plan,
      wanted,
      expiresAtMs: this.now() + LIFETIME_MS,
      isShown: false,
      isApplied: false,
    };
    this.kept.set(kept.id, kept);
    const [oldest] = this.kept.keys();
    if (oldest !== undefined && this.kept.size > MAX_KEPT) this.kept.delete(oldest);
    return kept;
  }

  /** Returns a plan that can be shown to the user. */
  find(id: string): ToolPlan | PlanProblem {
    const kept = this.kept.get(id);
    if (!kept) return 'unknownPlan';
    if (kept.isApplied) return 'appliedPlan';
    return this.now() > kept.expiresAtMs ? 'expiredPlan' : kept;
  }

  /** Records whether the user is asked now to confirm exactly these changes. */
  setShown(id: string, isShown: boolean): void {
    const kept = this.kept.get(id);
    if (kept) kept.isShown = isShown;
  }

  /** Returns a plan to apply it now, once. A plan that was shown in time does not expire while the user decides. */
  take(id: string): ToolPlan | PlanProblem {
    const kept = this.kept.get(id);
    if (!kept) return 'unknownPlan';
    if (kept.isApplied) return 'appliedPlan';
    if (!kept.isShown) return this.now() > kept.expiresAtMs ? 'expiredPlan' : 'unconfirmedPlan';
    kept.isApplied = true;
    return kept;
  }
}
