/** What one act says of itself while it is under way. */
interface OperationProgress {
  /** Says it in the place of what was said before. */
  update(text: string): void;
  /** Takes it back; nothing is said of the act any more. */
  finish(): void;
}

/**
 * What all acts that are under way say of themselves, in the one line that there is for it: one after the other, in the order
 * in which they began.
 */
export class ProgressSummary {
  private readonly texts = new Map<symbol, string>();

  /** @param show shows the line; undefined when nothing is under way any more */
  constructor(private readonly show: (line: string | undefined) => void) {}

  start(text: string): OperationProgress {
    const act = Symbol('act');
    const update = (now: string) => {
      this.texts.set(act, now);
      this.update();
    };
    update(text);
    return {
      update,
      finish: () => {
        if (this.texts.delete(act)) this.update();
      },
    };
  }

  private update(): void {
    this.show(this.texts.size === 0 ? undefined : [...this.texts.values()].join(' · '));
  }
}
