/** Where the client gets its access token from, and another one when the service refuses it. */
export interface AccessTokens {
  /** The access token to send, or undefined when signed out. Reads it anew each time: another window may have signed in. */
  current(): Promise<string | undefined>;
  /**
   * An access token other than the refused one, or undefined when there is none to be had.
   *
   * @param interactive whether a person waits for this request and may be asked for a token
   */
  replace(refused: string, interactive: boolean): Promise<string | undefined>;
}
