import type { CommandContext } from './command';

/** Shows the row of a service provider that was just added. It was added even if that fails, as when the view is closed meanwhile. */
export async function revealNewRow(id: string, services: CommandContext): Promise<void> {
  try {
    await services.reveal(id);
  } catch {
    services.log.warn('the added row could not be revealed');
  }
}

/** Reads a new service provider, unless the view does. */
export async function whenRead(id: string, { providers, rows }: CommandContext): Promise<void> {
  if (!providers.sender(id).session) return;
  if (!rows.isShown(id)) await providers.refresh([id], { urgent: true });
  const isRead = () => !providers.provider(id) || providers.row(id).type !== 'checking';
  if (isRead()) return;
  await new Promise<void>((resolve) => {
    const follow = () => {
      if (!isRead()) return;
      providers.events.off('providerChanged', follow).off('entriesChanged', follow);
      resolve();
    };
    providers.events.on('providerChanged', follow).on('entriesChanged', follow);
  });
}
