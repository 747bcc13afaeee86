import { SUCCEEDED, type Command } from '../commandRunner/command';

/** Opens the history of all changes, or of those of the given service providers. */
export const showHistory: Command<'showHistory'> = {
  // A service provider removed from the list still has a history.
  acceptsUnlistedIds: true,
  run({ serviceProviderIds = [] }, { changeHistory }) {
    changeHistory.show(serviceProviderIds.length > 0 ? serviceProviderIds.join('|') : undefined);
    return Promise.resolve(SUCCEEDED);
  },
};
