/** The progress of one operation. */
interface OperationProgress {
  /** Replaces its text. */
  update(text: string): void;
  /** Removes its text. */
  finish(): void;
}

/** The texts of all operations in progress, in a single line: one after the other, in the order in which they began. */
export class ProgressSummary {
  private readonly texts = new Map<symbol, string>();

  /** @param show shows the line; undefined if no operation is in progress */
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
