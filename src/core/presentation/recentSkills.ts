/** The recent skill IDs with a newly used one in front, without repeats and at most `maximum` of them. */
export function addRecentSkill(used: readonly string[], skillId: string, maximum = 20): string[] {
  return [skillId, ...used.filter((other) => other !== skillId)].slice(0, maximum);
}
