import { describe, expect, it } from 'vitest';
import * as vscode from 'vscode';
import { rowState, type ProviderStatus } from '../../../../src/core/mappings/providerStatus';
import { SkillGroup } from '../../../../src/core/presentation/skillGroups';
import { groupItem, providerItem } from '../../../../src/editor/tree/rowItems';
import { aFailure, aProvider, mappedTo, notMapped, SKILL, skillsNamed } from '../../../support/builders';

const known = { mapping: mappedTo(SKILL), readAtMs: 0 };
const nothing = { mapping: notMapped, readAtMs: 0 };
const failure = aFailure('notFound', { operation: 'readProvider', status: 404 });

const STATES: readonly (readonly [string, ProviderStatus, boolean])[] = [
  ['mapped', { lastKnown: known }, true],
  ['not mapped', { lastKnown: nothing }, true],
  ['unknown', { lastKnown: nothing, existence: { type: 'unknown', failure } }, true],
  ['checking', { inFlight: 'get' }, true],
  ['signed out', {}, false],
  ['unreadable', { readError: aFailure('network') }, true],
];
const itemOf = (status: ProviderStatus, signedIn: boolean) =>
  providerItem(aProvider(), status, rowState(status, signedIn), skillsNamed(), undefined);
const GROUPS = [mappedTo(SKILL), notMapped, { type: 'unknownProvider' }, { type: 'unreadable' }] as const;
const groupItemOf = (place: (typeof GROUPS)[number]) =>
  groupItem(new SkillGroup('key', place, new Map()), skillsNamed());

describe('a row', () => {
  it('has an icon of the theme for each state, and no two states the same', () => {
    const icons = STATES.map(([, status, signedIn]) => itemOf(status, signedIn).iconPath);
    expect(icons.filter((icon) => !(icon instanceof vscode.ThemeIcon))).toEqual([]);
    expect(new Set(icons.map((icon) => (icon as vscode.ThemeIcon).id)).size).toBe(STATES.length);
    const ofGroups = GROUPS.map((place) => groupItemOf(place).iconPath as vscode.ThemeIcon);
    expect(new Set(ofGroups.map(({ id }) => id)).size).toBe(GROUPS.length);
  });

  it('runs nothing when it is selected', () => {
    for (const [, status, signedIn] of STATES) expect(itemOf(status, signedIn).command).toBeUndefined();
    for (const place of GROUPS) expect(groupItemOf(place).command).toBeUndefined();
  });
});

describe('a group', () => {
  it('is read with its skill and its size', () => {
    const labelOf = (group: SkillGroup) =>
      groupItem(group, skillsNamed({ [SKILL]: 'Guest Calling' })).accessibilityInformation?.label;
    const positions = new Map([
      ['a', 0],
      ['b', 1],
    ]);
    const group = new SkillGroup('key', mappedTo(SKILL), positions);
    for (const [id, count] of [
      ['a', '1 service provider'],
      ['b', '2 service providers'],
    ] as const) {
      group.add(id);
      expect(labelOf(group)).toBe(`Guest Calling (${SKILL}), ${count}`);
    }
    expect(labelOf(new SkillGroup('key', notMapped, positions))).toBe('Not mapped, 0 service providers');
  });
});
