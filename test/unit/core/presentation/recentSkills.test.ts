import { expect, it } from 'vitest';
import { addRecentSkill } from '../../../../src/core/presentation/recentSkills';

it('puts the skill used last in front, keeps each once, and at most 20 of them', () => {
  expect(addRecentSkill(['a', 'b', 'c'], 'b')).toEqual(['b', 'a', 'c']);
  expect(addRecentSkill([], 'a')).toEqual(['a']);
  const many = Array.from({ length: 30 }, (_, index) => `skill-${index}`);
  expect(addRecentSkill(many, 'new')).toEqual(['new', ...many.slice(0, 19)]);
  expect(addRecentSkill(['a', 'b'], 'c', 2)).toEqual(['c', 'a']);
});
