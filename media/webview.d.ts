/** VS Code's API for the script of a page: its messages, and what it stores for a reload. */
interface WebviewApi<Message, State> {
  postMessage(message: Message): void;
  getState(): State | undefined;
  setState(state: State): void;
}

/** The result is a {@link WebviewApi} of the page's own types. */
declare function acquireVsCodeApi(): unknown;
