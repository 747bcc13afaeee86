/** The client and its token provider, to be bundled as shipped. */
export { NetworkMappingClient } from '../../src/core/api/networkMappingClient';
export { ServiceClient } from '../../src/core/api/serviceClient';
export { FileLock } from '../../src/core/crossWindow/fileLock';
export { SessionStore } from '../../src/core/auth/sessionStore';
export { AccessTokenProvider } from '../../src/core/auth/accessTokenProvider';
export { ExclusiveWrites } from '../../src/core/crossWindow/exclusiveWrites';
export { checkEndpoint } from '../../src/core/model/endpoint';
