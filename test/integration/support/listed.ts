import { after, before, beforeEach } from 'mocha';
import * as vscodeSpy from './vscodeSpy';
import { run, signIn } from './extension';
import { useService, type Service } from './service';
import { configure } from './settings';

/**
 * Starts a service for the tests of this suite, lists these service providers and signs in. Each test begins with all of them
 * read, and with nothing sent and nothing said before it.
 *
 * @param prepare changes what the service holds, after it was put back to what it holds at first
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
