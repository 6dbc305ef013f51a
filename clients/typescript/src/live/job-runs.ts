/** The runs of jobs, as they change. */

import type { JobRun, SubscribedJobs, SubscribeJobs } from "../frames/index.js";
import type { Frame } from "./inbox.js";
import type { Mode } from "./modes.js";
import type { Asking } from "./session.js";

export interface JobRunChange {
  /** `active`: all runs that have not ended; `changed`: the newest state of some runs. */
  readonly kind: "active" | "changed";
  readonly runs: readonly JobRun[];
  /** Whether changes may be missing: after a reconnection, and when the client was too slow. Lists must be read again then. */
  readonly missed: boolean;
}

/** Follows the runs of some jobs, or of all. */
export class ChangingRuns implements Mode<JobRunChange> {
  readonly key = "subscribe_jobs";
  readonly tickSeconds = undefined;
  private hasStarted = false;

  constructor(private readonly request: SubscribeJobs) {}

  accepts({ event }: Frame): boolean {
    return event === "job_runs";
  }

  async start(session: Asking): Promise<JobRunChange> {
    const { items } = await session.ask<SubscribedJobs>("subscribe_jobs", this.request);
    const missed = this.hasStarted;
    this.hasStarted = true;
    return { kind: "active", runs: items, missed };
  }

  receive(_: Asking, { event, payload }: Frame): Promise<JobRunChange | undefined> {
    const change = event === "job_runs" ? ({ kind: "changed", runs: payload.items, missed: payload.missed } as const) : undefined;
    return Promise.resolve(change);
  }

  stop(session: Asking): Promise<unknown> {
    return session.ask("unsubscribe_jobs", {});
  }
}
