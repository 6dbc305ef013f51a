/** The two ways to follow a device type: all its devices by a snapshot and deltas, or some of them by complete rows. */

import { ConnectionEnded } from "../errors.js";
import type { Lagging, NewStream, Resynced, SnapshotMessage, Subscribe, Watch, Watched, Where } from "../frames/index.js";
import type { Frame } from "./inbox.js";
import { Rows, type Update } from "./rows.js";
import type { Asking } from "./session.js";

/** Only devices that match, as in the parameters of the pages. */
export type Filters = Omit<Subscribe, "type_code">;

/** Follows something during one session after another. */
export interface Mode<Change> {
  /** What a session has once only: a later mode with the same key replaces the subscription of an earlier one. */
  readonly key: string;
  /** Seconds between two frames, or undefined if frames are not periodic. */
  readonly tickSeconds: number | undefined;
  accepts(frame: Frame): boolean;
  /** Subscribes. Returns what changed since the last frame. */
  start(session: Asking): Promise<Change | undefined>;
  /** Handles a frame. Returns what it changed. */
  receive(session: Asking, frame: Frame): Promise<Change | undefined>;
  /** Ends the subscription. */
  stop(session: Asking): Promise<unknown>;
}

/** Throws if the frame ends the subscription. */
function throwIfClosed({ event, payload }: Frame): void {
  if (event === "reset" && !("snapshot_url" in payload)) throw new ConnectionEnded(payload.reason);
}

/** All devices of a type that match a filter. */
export class Subscription implements Mode<Update> {
  readonly rows = new Rows();
  readonly key: string;
  private typeCode: string | undefined; // not an alias

  constructor(private readonly request: Subscribe) {
    this.key = `subscribe ${request.type_code}`;
  }

  get tickSeconds(): number {
    return this.rows.tickSeconds;
  }

  accepts({ event, payload }: Frame): boolean {
    if (event !== "delta" && event !== "lagging" && event !== "reset") return false;
    return this.typeCode === undefined || payload.type_code === this.typeCode;
  }

  async start(session: Asking): Promise<Update | undefined> {
    const position = await session.ask<Where>("subscribe", this.request);
    this.typeCode = position.type_code;
    if (position.stream_id !== this.rows.streamId) return this.takeSnapshot(session, position);
    const { streamId: stream_id, seq: since } = this.rows;
    const answer = await session.ask<Resynced>("resync", { type_code: this.request.type_code, stream_id, since });
    if (!("delta" in answer)) return this.takeSnapshot(session, answer);
    const update = this.rows.apply(answer.delta, "resync");
    return update === "gap" ? this.takeSnapshot(session, position) : update;
  }

  async receive(session: Asking, frame: Frame): Promise<Update | undefined> {
    throwIfClosed(frame);
    const { event, payload } = frame;
    if (event === "lagging" || event === "reset") return this.takeSnapshot(session, payload as Lagging | NewStream);
    if (event !== "delta") return undefined;
    const update = this.rows.apply(payload);
    return update === "gap" ? this.start(session) : update;
  }

  stop(session: Asking): Promise<unknown> {
    return session.ask("unsubscribe", { type_code: this.request.type_code });
  }

  private async takeSnapshot(session: Asking, position: Pick<Where, "snapshot_url">): Promise<Update> {
    return this.rows.take((await session.fetch(position.snapshot_url)) as SnapshotMessage);
  }
}

/** Some devices of a type, with complete rows at every tick. */
export class Viewing implements Mode<Update> {
  readonly rows = new Rows();
  readonly key: string;
  private typeCode: string | undefined; // not an alias

  constructor(private readonly request: Watch) {
    this.key = `watch ${request.type_code}`;
  }

  get tickSeconds(): number {
    return this.rows.tickSeconds;
  }

  accepts({ event, payload }: Frame): boolean {
    if (event !== "view" && event !== "reset") return false;
    return this.typeCode === undefined || payload.type_code === this.typeCode;
  }

  async start(session: Asking): Promise<Update> {
    const watched = await session.ask<Watched>("watch", this.request);
    this.typeCode = watched.type_code;
    return this.rows.show(watched);
  }

  async receive(_: Asking, frame: Frame): Promise<Update | undefined> {
    throwIfClosed(frame);
    return frame.event === "view" ? this.rows.show(frame.payload) : undefined;
  }

  stop(session: Asking): Promise<unknown> {
    return session.ask("unwatch", { type_code: this.request.type_code });
  }
}
