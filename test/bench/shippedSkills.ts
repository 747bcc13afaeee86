/** The names of skills and where they come from, to be bundled as shipped. */
export { SkillNames } from '../../src/core/skills/skillNames';
export { readSkillProject } from '../../src/core/skills/skillProject';
