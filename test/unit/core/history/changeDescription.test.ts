import { describe, expect, it } from 'vitest';
import { actualMappingText, operationText, outcomeOf } from '../../../../src/core/history/changeDescription';
import type { ChangeResult, ChangeCompleted, ChangeRecord } from '../../../../src/core/history/changeRecord';
import { describeFailure } from '../../../../src/core/failures/failureMessages';
import { FAILURE_KINDS, type FailureKind } from '../../../../src/core/failures/apiFailure';
import { aFailure, mappedTo, notMapped, OTHER_SKILL, SKILL, THIRD_SKILL } from '../../../support/builders';
import { aChange, aCreation, aProviderDeletion, aProviderRename } from '../../../support/recordedChanges';

describe('the description of a change', () => {
  it('is different for each result', () => {
    const results: readonly (ChangeResult | undefined)[] = ['succeeded', 'failed', 'notSent', 'unconfirmed', undefined];
    const titles = results.map((result) => outcomeOf(aChange({ completed: result && { result } })).title);
    expect(titles).toEqual(['Succeeded', 'Failed', 'Not sent', 'Unconfirmed', 'In progress']);
  });

  it('gives the reason, the status and the actual mapping', () => {
    const completed = { result: 'failed', failure: 'conflict', status: 409, actual: mappedTo(THIRD_SKILL) } as const;
    expect(outcomeOf(aChange({ completed }))).toEqual({
      result: 'failed',
      title: 'Failed',
      reason: 'conflict',
      status: '409 Conflict',
      actualMapping: THIRD_SKILL,
      remarks: [],
    });
    expect(outcomeOf(aChange({ completed: { ...completed, actual: notMapped } })).actualMapping).toBe('not mapped');
  });

  it('omits an intermediate failure of a successful change', () => {
    const completed = { result: 'succeeded', failure: 'timeout', status: 503, actual: mappedTo(OTHER_SKILL) } as const;
    expect(outcomeOf(aChange({ completed }))).toEqual({ result: 'succeeded', title: 'Succeeded', remarks: [] });
  });

  it.each(FAILURE_KINDS)('has a reason for %s', (failure) => {
    const { reason } = outcomeOf(aChange({ completed: { result: 'failed', failure } }));
    expect(reason).toMatch(/^\S.*[^.\s]$/);
  });

  it('has the reason of the row, except for a renewal, whose reason is not recorded', () => {
    const reasonOf = (failure: FailureKind) => outcomeOf(aChange({ completed: { result: 'failed', failure } })).reason;
    for (const kind of FAILURE_KINDS.filter((each) => each !== 'renewalFailed')) {
      expect(reasonOf(kind)).toBe(describeFailure(aFailure(kind, { account: 'default' })).reason);
    }
    expect(reasonOf('renewalFailed')).toBe('access token not renewed');
  });

  it('names the missing account', () => {
    const completed = { result: 'notSent', failure: 'accountMissing' } as const;
    expect(outcomeOf(aChange({ account: 'eu', completed })).reason).toBe('not signed in to eu');
    const { account, ...withoutAccount } = aChange({ completed });
    expect(outcomeOf(withoutAccount).reason).toBe('no account chosen');
  });

  it('shows no more than was recorded', () => {
    expect(outcomeOf(aChange({ completed: { result: 'failed' } }))).toStrictEqual({
      result: 'failed',
      title: 'Failed',
      remarks: [],
    });
    expect(actualMappingText(undefined)).toBe('unknown');
  });

  it('shows what is unusual', () => {
    const remarks = (change: ChangeRecord, isUndone = false) => outcomeOf(change, isUndone).remarks.join(' ');
    expect(remarks(aChange({ completed: { recovered: true } }))).toBe(
      'Interrupted when a window closed. Outcome confirmed with the service.',
    );
    expect(remarks(aChange({ completed: undefined }))).toBe(
      'It is still running, or its window closed before it finished.',
    );
    const unconfirmed = (some: Partial<ChangeCompleted>) =>
      remarks(aChange({ completed: { result: 'unconfirmed', ...some } }));
    expect(unconfirmed({})).toBe('It may have taken effect. The mapping could not be read afterwards.');
    expect(unconfirmed({ actual: mappedTo(SKILL) })).toBe(
      'It had not taken effect when the mapping was last read, and still may.',
    );
    expect(unconfirmed({ actual: notMapped, recovered: true })).toBe(
      'The mapping has changed since, so it is unknown whether this change took effect. ' +
        'Interrupted when a window closed.',
    );
    expect(remarks(aChange(), true)).toBe('Undone later.');
  });

  it('says of an unconfirmed change of a service provider how to find out', () => {
    const completed = { result: 'unconfirmed' } as const;
    const [create, rename, deletion] = [
      aCreation({ completed }),
      aProviderRename({ completed }),
      aProviderDeletion({ completed }),
    ].map((change) => outcomeOf(change).remarks.join(' '));
    expect(create).toMatch(/create it again with the same logical ID.*Amazon support.*by the logical ID/);
    expect(rename).toContain('could not be verified');
    expect(deletion).toContain('Refresh the service provider');
  });

  it('labels an undo as such, whatever its operation', () => {
    expect(operationText(aChange({ operation: 'create' }))).toBe('Map');
    expect(operationText(aChange({ operation: 'update' }))).toBe('Remap');
    expect(operationText(aChange({ operation: 'delete' }))).toBe('Delete mapping');
    expect(operationText(aChange({ operation: 'delete', revertsChangeId: 'change 0' }))).toBe('Undo');
    expect([aCreation(), aProviderRename(), aProviderDeletion()].map(operationText)).toEqual([
      'Create service provider',
      'Rename at Amazon',
      'Delete service provider',
    ]);
    expect(operationText(aProviderDeletion({ revertsChangeId: 'change 0' }))).toBe('Undo');
  });
});
