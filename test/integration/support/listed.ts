import { after, before, beforeEach } from 'mocha';
import * as vscodeSpy from './vscodeSpy';
import { run, signIn } from './extension';
import { useService, type Service } from './service';
import { configure } from './settings';

/**
 * Starts a service for the tests of this suite, lists these service providers and signs in. Each test starts with all of them
 * read, and with no recorded requests or messages.
 *
 * @param prepare changes the state of the service, after it was reset
 */
export function useListed(
  listed: readonly { readonly id: string }[],
  prepare: (service: Service) => void = () => undefined,
): Service {
  const service = useService();
  before(async () => {
    await configure({ user: listed });
    await signIn(service.accessToken);
  });
  after(() => configure({}));
  beforeEach(async () => {
    await configure({ user: listed });
    service.control.reset();
    prepare(service);
    await run('refresh');
    service.control.clearRequests();
    vscodeSpy.clearMessages();
  });
  return service;
}
