/** The mapping store, the automatic re-read, and the client, to be bundled as shipped. */
export { NetworkMappingClient } from '../../src/core/api/networkMappingClient';
export { ServiceClient } from '../../src/core/api/serviceClient';
export { checkEndpoint } from '../../src/core/model/endpoint';
export { RereadAfterFailure } from '../../src/core/mappings/rereadAfterFailure';
export { MappingStore } from '../../src/core/mappings/mappingStore';
