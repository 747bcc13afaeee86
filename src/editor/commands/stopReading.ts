import { SUCCEEDED, type Command } from '../commandRunner/command';

/** Stops reading a long list; **Refresh** reads it again. */
export const stopReading: Command<'stopReading'> = {
  run: (_call, { rows }) => {
    rows.stopReading();
    return Promise.resolve(SUCCEEDED);
  },
};
