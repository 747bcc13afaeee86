import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { eventually } from './support/eventually';
import { run, signIn, signOut } from './support/extension';
import { useListed } from './support/listed';
import { row } from './support/rows';
import { CLINIC, HARBOUR, HOTEL } from './support/service';

/** What these tests read of an answer. */
interface Answer {
  readonly planId?: string;
  readonly error?: { readonly code: string; readonly nextStep: string };
  readonly counts?: Readonly<Record<string, unknown>>;
  readonly state?: string;
  readonly skillId?: string;
  readonly results?: readonly { readonly outcome: string }[];
  readonly serviceProviders?: readonly { readonly serviceProviderId: string; readonly skillId?: string }[];
}

/** Calls a tool as VS Code's chat and other extensions do. */
async function call(name: string, input: object, token?: vscode.CancellationToken): Promise<Answer> {
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, token);
  const [part] = content;
  assert.ok(part instanceof vscode.LanguageModelTextPart);
  return JSON.parse(part.value) as Answer;
}

describe('the tools for language models', () => {
  const service = useListed([HOTEL, HARBOUR, CLINIC]);

  const plan = () =>
    call('plan_network_mappings', {
      mappings: [
        { serviceProviderId: HOTEL.id, skillId: THIRD_SKILL },
        { serviceProviderId: CLINIC.id, skillId: THIRD_SKILL },
      ],
      absent: [HARBOUR.id],
    });

  it('list the service providers without a request, and read one', async () => {
    const { serviceProviders = [], counts } = await call('list_service_providers', {});
    assert.deepEqual(
      serviceProviders.map(({ serviceProviderId, skillId }) => [serviceProviderId, skillId]),
      [
        [HOTEL.id, SKILL],
        [HARBOUR.id, OTHER_SKILL],
        [CLINIC.id, undefined],
      ],
    );
    assert.deepEqual(counts, { inList: 3, matching: 3, returned: 3, returnedByState: { mapped: 2, notMapped: 1 } });
    assert.deepEqual(service.sent, []);

    service.control.setProvider({ serviceProviderId: HOTEL.id, skillId: THIRD_SKILL });
    const { state, skillId } = await call('get_network_mapping', { serviceProviderId: HOTEL.id });
    assert.deepEqual([state, skillId], ['mapped', THIRD_SKILL]);
    assert.deepEqual(service.sent, [`GET ${HOTEL.id}`]);
    assert.equal(row(HOTEL.id).says, `Hotel Aurora, mapped to ${THIRD_SKILL}`);
  });

  it('plan without a change, ask with the current and the new mapping of each, apply, and can be undone', async () => {
    const { planId, counts } = await plan();
    assert.deepEqual(counts, { requested: 3, changes: 3, skipped: 0, unreadable: 0 });
    assert.deepEqual([service.writes, vscodeSpy.toolConfirmations], [[], []]);

    const { results = [], counts: applied } = await call('apply_network_mappings', { planId });
    const [asked, ...others] = vscodeSpy.toolConfirmations;
    assert.deepEqual([asked?.title, others], ['Change 3 network mappings?', []]);
    assert.deepEqual((asked?.message ?? '').replaceAll('\\', '').split('\n').slice(0, 3), [
      `- Hotel Aurora (${HOTEL.id}): ${SKILL} → ${THIRD_SKILL}`,
      `- Clinic (${CLINIC.id}): not mapped → ${THIRD_SKILL}`,
      `- Harbour House (${HARBOUR.id}): ${OTHER_SKILL} → not mapped`,
    ]);
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['changed', 'changed', 'changed'],
    );
    assert.deepEqual(applied, { selected: 3, changed: 3, failed: 0, unconfirmed: 0, notStarted: 0, skipped: 0 });
    assert.deepEqual(
      [service.truth[HOTEL.id], service.truth[CLINIC.id], service.truth[HARBOUR.id]],
      [THIRD_SKILL, THIRD_SKILL, null],
    );
    await eventually(() => {
      assert.deepEqual(
        vscodeSpy.messages.map(({ text, buttons }) => [text, buttons]),
        [['Changed 3 of 3.', ['Show Results', 'Undo']]],
      );
    });

    vscodeSpy.answerNextModal('Undo');
    await run('undoLastChange');
    assert.deepEqual(
      [service.truth[HOTEL.id], service.truth[CLINIC.id], service.truth[HARBOUR.id]],
      [SKILL, null, OTHER_SKILL],
    );
  });

  it('apply a plan once, and none that plan_network_mappings has not made, without a question', async () => {
    const { planId } = await plan();
    await call('apply_network_mappings', { planId });
    vscodeSpy.clearMessages();
    service.control.clearRequests();
    assert.equal((await call('apply_network_mappings', { planId })).error?.code, 'appliedPlan');
    assert.equal((await call('apply_network_mappings', { planId: 'made up' })).error?.code, 'unknownPlan');
    assert.deepEqual([service.sent, vscodeSpy.toolConfirmations], [[], []]);
  });

  it('send nothing for a call that is canceled', async () => {
    const { planId } = await plan();
    const source = new vscode.CancellationTokenSource();
    source.cancel();
    await assert.rejects(call('apply_network_mappings', { planId }, source.token));
    assert.deepEqual(service.writes, []);
  });

  it('refuse politely while signed out, and show no prompt', async () => {
    const { planId } = await plan();
    await signOut();
    service.control.clearRequests();
    vscodeSpy.clearMessages();
    try {
      for (const [name, input] of [
        ['get_network_mapping', { serviceProviderId: HOTEL.id }],
        ['plan_network_mappings', { absent: [HOTEL.id] }],
        ['apply_network_mappings', { planId }],
      ] as const) {
        const { error } = await call(name, input);
        assert.equal(error?.code, 'signedOut');
        assert.match(error.nextStep, /"Alexa Network Mapping: Sign In…".*Never ask for a token/);
      }
      assert.deepEqual([service.sent, vscodeSpy.toolConfirmations, vscodeSpy.messages], [[], [], []]);
    } finally {
      await signIn(service.accessToken);
    }
  });
});
