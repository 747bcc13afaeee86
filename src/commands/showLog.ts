import { DONE, type Command } from './command';

/** Opens the log of requests. */
export const showLog: Command = {
  id: 'showLog',
  run(_invocation, { log }) {
    log.show();
    return Promise.resolve(DONE);
  },
};
