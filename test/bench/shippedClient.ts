/** The client and what it gets its token from, to be bundled as they ship. */
export { NetworkMappingClient } from '../../src/api/networkMappingClient';
export { FileLock } from '../../src/acrossWindows/fileLock';
export { SessionStore } from '../../src/auth/sessionStore';
export { SessionTokens } from '../../src/auth/sessionTokens';
export { SharedWrites } from '../../src/acrossWindows/sharedWrites';
export { checkEndpoint } from '../../src/core/endpoint';
