/** The two ways to follow a device type: all its devices by a snapshot and deltas, or some of them by complete rows. */

import type { Lagging, Resynced, SnapshotMessage, Subscribe, Watch, Watched, Where } from "../frames/index.js";
import { Rows, type Update } from "./rows.js";
import type { Frame, Session } from "./session.js";

/** Only devices that match, as in the parameters of the pages. */
export type Filters = Omit<Subscribe, "type_code">;

/** Keeps rows up to date during one session after another. */
export interface Mode {
  readonly rows: Rows;
  /** Subscribes, and brings the rows up to date. */
  start(session: Session): Promise<Update | undefined>;
  /** Handles a frame. Returns what it changed. */
  receive(session: Session, frame: Frame): Promise<Update | undefined>;
}

/** All devices of a type that match a filter. */
export class Subscription implements Mode {
  readonly rows = new Rows();

  constructor(private readonly request: Subscribe) {}

  async start(session: Session): Promise<Update | undefined> {
    const position = await session.ask<Where>("subscribe", this.request);
    if (position.stream_id !== this.rows.streamId) return this.takeSnapshot(session, position);
    const { streamId: stream_id, seq: since } = this.rows;
    const answer = await session.ask<Resynced>("resync", { type_code: this.request.type_code, stream_id, since });
    if (!("delta" in answer)) return this.takeSnapshot(session, answer);
    const update = this.rows.apply(answer.delta, "resync");
    return update === "gap" ? this.takeSnapshot(session, position) : update;
  }

  async receive(session: Session, { event, payload }: Frame): Promise<Update | undefined> {
    if (event === "lagging" || event === "reset") return this.takeSnapshot(session, payload);
    if (event !== "delta") return undefined;
    const update = this.rows.apply(payload);
    return update === "gap" ? this.start(session) : update;
  }

  private async takeSnapshot(session: Session, position: Where | Pick<Lagging, "snapshot_url">): Promise<Update> {
    return this.rows.take((await session.fetch(position.snapshot_url)) as SnapshotMessage);
  }
}

/** Some devices of a type, with complete rows at every tick. */
export class Viewing implements Mode {
  readonly rows = new Rows();

  constructor(private readonly request: Watch) {}

  async start(session: Session): Promise<Update> {
    return this.rows.show(await session.ask<Watched>("watch", this.request));
  }

  async receive(_: Session, { event, payload }: Frame): Promise<Update | undefined> {
    return event === "view" ? this.rows.show(payload) : undefined;
  }
}
