/** The time of the server. The clock of a screen is often wrong, and jumps when it is corrected. */

export class ServerClock {
  private date: number | undefined;
  private atWall = 0;
  private atMonotonic = 0;

  /** Sets the clock by what the server has just answered. */
  set(date: number): void {
    this.date = date;
    this.atWall = Date.now();
    this.atMonotonic = performance.now();
  }

  /**
   * Returns the time in milliseconds since 1970 when the clock of the browser shows `now`; until the server has answered, that is the
   * time. Of the two clocks of the browser the faster one counts: the monotonic one may stop while a computer sleeps, and the other one
   * may be set back.
   */
  at(now: number): number {
    if (this.date === undefined) return now;
    return this.date + Math.max(0, now - this.atWall, performance.now() - this.atMonotonic);
  }
}
