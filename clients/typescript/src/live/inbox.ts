/** The frames of one feed that wait to be handled, in their order. */

import type {
  AcknowledgedAlarms,
  Alarms,
  Closed,
  Delta,
  JobRuns,
  Lagging,
  NewStream,
  View,
} from "../frames/index.js";
import { Pause } from "./pause.js";

/** Frames that wait while a snapshot is fetched. Further ones are dropped; the next one then shows the gap. */
const FRAMES_WAITING_MAX = 32;

export type Frame =
  | { event: "delta"; payload: Delta }
  | { event: "view"; payload: View }
  | { event: "lagging"; payload: Lagging }
  | { event: "reset"; payload: NewStream | Closed }
  | { event: "alarm_opened" | "alarm_closed"; payload: Alarms }
  | { event: "alarm_acknowledged"; payload: AcknowledgedAlarms }
  | { event: "job_runs"; payload: JobRuns };

export class Inbox {
  private waiting: Frame[] = [];
  private end: Error | undefined;
  private readonly pause = new Pause();
  /** Whether frames were dropped that no later frame makes up for. */
  private isIncomplete = false;

  constructor(
    private readonly accepts: (frame: Frame) => boolean,
    private readonly onClosed = (): void => {},
  ) {}

  put(frame: Frame): void {
    if (!this.accepts(frame)) return;
    if (this.waiting.length < FRAMES_WAITING_MAX || frame.event === "reset" || frame.event === "lagging") this.waiting.push(frame);
    else this.isIncomplete = frame.event !== "delta" && frame.event !== "view";
    this.pause.end();
  }

  /** Ends the waiting; frames that have arrived before are still returned. */
  close(reason: Error): void {
    this.end ??= reason;
    this.pause.end();
    this.onClosed();
  }

  /** Returns the next frame, or undefined if none arrives in time. Throws the reason of the end. */
  async next(milliseconds: number): Promise<Frame | undefined> {
    if (this.waiting.length === 0 && this.end === undefined) await this.pause.begin(milliseconds);
    const frame = this.waiting.shift();
    if (frame === undefined && this.end !== undefined) throw this.end;
    return frame === undefined ? undefined : this.marked(frame);
  }

  private marked(frame: Frame): Frame {
    if (!this.isIncomplete || !("missed" in frame.payload)) return frame;
    this.isIncomplete = false;
    return { event: frame.event, payload: { ...frame.payload, missed: true } } as Frame;
  }
}
