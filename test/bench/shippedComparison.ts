/** The comparison of a mapping file, to be bundled as shipped. */
export { comparedAgain, compareMappingFile } from '../../src/core/mappingFile/compareMappingFile';
export { deviationText } from '../../src/core/mappingFile/comparisonText';
export { parseMappingFile } from '../../src/core/mappingFile/mappingFile';
export { MappingStore } from '../../src/core/mappings/mappingStore';
export { SkillNames } from '../../src/core/skills/skillNames';
