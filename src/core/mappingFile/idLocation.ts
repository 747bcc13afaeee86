import { getLocation } from 'jsonc-parser';
import type { TextSpan } from './mappingFile';

/** Where an ID is being written in a mapping file. */
export interface IdLocation extends TextSpan {
  readonly kind: 'serviceProvider' | 'skill';
}

/**
 * Returns what belongs at an offset of a mapping file; undefined where no ID does. The span is the value that is there,
 * with its quotes; it is empty if there is none.
 */
export function idLocationAt(text: string, offset: number): IdLocation | undefined {
  const { path, previousNode, isAtPropertyKey } = getLocation(text, offset);
  if (isAtPropertyKey) return undefined;
  const [list, index, field, ...deeper] = path;
  if (typeof index !== 'number' || deeper.length > 0) return undefined;
  const kind =
    list === 'absent' && field === undefined
      ? 'serviceProvider'
      : list !== 'mappings'
        ? undefined
        : field === 'serviceProviderId'
          ? 'serviceProvider'
          : field === 'skillId'
            ? 'skill'
            : undefined;
  if (kind === undefined) return undefined;
  const isInValue = previousNode?.type === 'string' && previousNode.offset < offset;
  const start = isInValue ? previousNode.offset : offset;
  return { kind, start, end: isInValue ? previousNode.offset + previousNode.length : offset };
}
