/** Calls a task again and again, one call at a time, until it is stopped. */

export class Rounds {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly next = (): void => {
    this.now();
  };
  private isRunning = false;
  private isStopped = false;

  /** @param task returns the seconds until the next call; it must not throw, and must end by itself. */
  constructor(private readonly task: () => Promise<number>) {}

  /** Calls the task now, unless it is being called. */
  now(): void {
    if (this.isRunning || this.isStopped) return;
    clearTimeout(this.timer);
    this.isRunning = true;
    void this.task()
      .then((seconds) => {
        if (!this.isStopped) this.timer = setTimeout(this.next, seconds * 1000);
      })
      .finally(() => (this.isRunning = false));
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }
}

/** Returns a random number of seconds around these, so that all screens of a factory do not ask at the same moment. */
export function jittered(seconds: number, share: number): number {
  return seconds * (1 + share * (2 * Math.random() - 1));
}
