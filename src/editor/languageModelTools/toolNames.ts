/** The names of the tools for language models, as in the manifest. */
export const TOOL_NAMES = [
  'list_service_providers',
  'get_network_mapping',
  'plan_network_mappings',
  'apply_network_mappings',
] as const;

export type ToolName = (typeof TOOL_NAMES)[number];
