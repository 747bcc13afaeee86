/** Returns the recently used IDs with a new one in front, without duplicates and at most `maximum`. */
export function addRecentSkill(used: readonly string[], skillId: string, maximum = 20): string[] {
  return [skillId, ...used.filter((other) => other !== skillId)].slice(0, maximum);
}
