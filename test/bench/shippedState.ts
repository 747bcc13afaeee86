/** The owner of the rows, what brings them back, and the client, to be bundled as they ship. */
export { NetworkMappingClient } from '../../src/core/api/networkMappingClient';
export { checkEndpoint } from '../../src/core/model/endpoint';
export { RereadAfterFailure } from '../../src/core/mappings/rereadAfterFailure';
export { MappingStore } from '../../src/core/mappings/mappingStore';
