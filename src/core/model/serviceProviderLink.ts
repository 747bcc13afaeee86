import { checkServiceProviderId } from './identifiers';

/**
 * Returns the service provider that a link to the extension is about:
 * `vscode://networkmapping.alexa-network-mapping/serviceProvider/{id}`.
 *
 * @param path of the link, decoded
 * @returns undefined for any other link, and for what cannot be an ID
 */
export function linkedServiceProvider(path: string): string | undefined {
  const [, id] = /^\/serviceProvider\/([^/]+)\/?$/.exec(path) ?? [];
  if (id === undefined) return undefined;
  const check = checkServiceProviderId(id);
  return check.ok && check.value === id ? id : undefined;
}
