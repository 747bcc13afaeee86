/** The owner of the rows, what brings them back, and the client, to be bundled as they ship. */
export { NetworkMappingClient } from '../../src/api/networkMappingClient';
export { checkEndpoint } from '../../src/core/endpoint';
export { Recovery } from '../../src/state/recovery';
export { ServiceProviders } from '../../src/state/serviceProviders';
