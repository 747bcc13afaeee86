import { beforeEach, describe, expect, it } from 'vitest';
import { ToolPlans } from '../../../../src/core/languageModelTools/toolPlans';
import type { Plan } from '../../../../src/core/operations/plan';

const PLAN: Plan = { kind: 'apply', changes: [], skipped: [], unreadable: [] };
const MINUTE_MS = 60_000;

let nowMs: number;
let plans: ToolPlans;

beforeEach(() => {
  nowMs = 1_700_000_000_000;
  let id = 0;
  plans = new ToolPlans(
    () => nowMs,
    () => String(++id),
  );
});

const add = () => plans.add(PLAN, new Map()).id;

describe('a plan of a language model', () => {
  it('is applied once, after it was shown', () => {
    const id = add();
    expect(plans.take(id)).toBe('unconfirmedPlan');
    plans.setShown(id, true);
    expect(plans.take(id)).toMatchObject({ id, plan: PLAN });
    expect([plans.take(id), plans.find(id)]).toEqual(['appliedPlan', 'appliedPlan']);
  });

  it('is not applied after a question that no longer counts', () => {
    const id = add();
    plans.setShown(id, true);
    plans.setShown(id, false);
    expect(plans.take(id)).toBe('unconfirmedPlan');
  });

  it('expires after 15 minutes, but not while the user decides', () => {
    const [shown, other] = [add(), add()];
    nowMs += 15 * MINUTE_MS;
    expect(plans.find(other)).toHaveProperty('id', other);
    plans.setShown(shown, true);
    nowMs += 1;
    expect([plans.find(other), plans.take(other)]).toEqual(['expiredPlan', 'expiredPlan']);
    expect(plans.take(shown)).toHaveProperty('id', shown);
  });

  it('is unknown unless it was made here', () => {
    plans.setShown('other', true);
    expect([plans.find('other'), plans.take('other')]).toEqual(['unknownPlan', 'unknownPlan']);
  });

  it('is forgotten once there are 20 newer ones', () => {
    const oldest = add();
    for (let count = 0; count < 19; count++) add();
    expect(plans.find(oldest)).toHaveProperty('id', oldest);
    add();
    expect(plans.find(oldest)).toBe('unknownPlan');
  });
});
