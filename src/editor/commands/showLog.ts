import { SUCCEEDED, type Command } from '../commandRunner/command';

/** Opens the log. */
export const showLog: Command<'showLog'> = {
  run(_call, { log }) {
    log.show();
    return Promise.resolve(SUCCEEDED);
  },
};
