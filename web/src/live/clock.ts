/** How old rows are, by the clock of this computer alone: the server's may be minutes ahead. */

const STALE_TICKS = 2;
/** A sample may take as long as half a short tick. */
const STALE_SLACK_SECONDS = 1;

export class DataClock {
  private sampledAt = "";
  private advancedAt = performance.now();
  private tickSeconds = 5;

  /** Notes a frame. While the server repeats rows of the past, `sampledAt` stays and the age grows. */
  note(sampledAt: string, tickSeconds: number): void {
    this.tickSeconds = tickSeconds;
    if (sampledAt === this.sampledAt) return;
    this.sampledAt = sampledAt;
    this.advancedAt = performance.now();
  }

  get hasStarted(): boolean {
    return this.sampledAt !== "";
  }

  /** Seconds since newer rows arrived. */
  get ageSeconds(): number {
    return (performance.now() - this.advancedAt) / 1000;
  }

  get isStale(): boolean {
    return this.hasStarted && this.ageSeconds > STALE_TICKS * this.tickSeconds + STALE_SLACK_SECONDS;
  }
}
