/** The rows of a table, and what changed in them. */

import type { Delta, Field, Row, SnapshotMessage, View, Watched } from "../frames/index.js";

/** What changed in the rows. */
export interface Update {
  /** `snapshot`: all rows were replaced; `resync`: the changes that were missed; `delta`: those of one tick; `view`: a view. */
  readonly kind: "snapshot" | "resync" | "delta" | "view";
  /** The number of the snapshot before, in the stream of `seq`; 0 after the first snapshot of a stream. */
  readonly since: number;
  /** The number of the snapshot that the rows now equal. */
  readonly seq: number;
  /** Codes of devices with new values. */
  readonly changed: ReadonlySet<string>;
  /** Codes of devices that are no longer in the table. */
  readonly removed: ReadonlySet<string>;
}

/** Returns one update for two, for a reader that has seen neither. */
export function merged(earlier: Update, later: Update): Update {
  return {
    kind: later.kind === "snapshot" || earlier.kind === "delta" ? later.kind : earlier.kind,
    since: later.since === earlier.seq ? earlier.since : later.since,
    seq: later.seq,
    changed: new Set([...[...earlier.changed].filter((code) => !later.removed.has(code)), ...later.changed]),
    removed: new Set([...[...earlier.removed].filter((code) => !later.changed.has(code)), ...later.removed]),
  };
}

/** The period of the server unless it is configured otherwise, until two frames have shown it. */
const TICK_SECONDS = 5;

/** The rows of a device type or of a view, by the codes of the devices. */
export class Rows {
  streamId = "";
  seq = 0;
  /** When the stores were queried for the newest frame; empty before the first. */
  sampledAt = "";
  /** `memory` if a store is unavailable; the readings are then older than `sampledAt`. */
  source: SnapshotMessage["source"] = "snapshot";
  /** The period of the frames, in seconds. */
  tickSeconds = TICK_SECONDS;
  fields: readonly Field[] = [];
  byCode = new Map<string, Row>();

  /** Replaces all rows by those of a snapshot. */
  take(snapshot: SnapshotMessage): Update {
    this.fields = snapshot.fields;
    return this.replaced("snapshot", snapshot);
  }

  /** Replaces all rows by those of a view. */
  show(view: View | Watched): Update {
    return this.replaced("view", view);
  }

  /** Applies a delta. Returns undefined if it is not newer than the rows, and "gap" if it does not continue them. */
  apply(delta: Delta, kind: Update["kind"] = "delta"): Update | undefined | "gap" {
    if (delta.stream_id !== this.streamId || delta.since > this.seq) return "gap";
    if (delta.seq <= this.seq) return undefined;
    const since = this.seq;
    this.moveTo(delta);
    for (const code of delta.removed) this.byCode.delete(code);
    for (const [code, change] of Object.entries(delta.changed)) {
      const row = this.byCode.get(code);
      // The change of a new device holds its complete row.
      const values = { ...row?.values, ...change.values };
      this.byCode.set(code, { device_code: code, ...row, ...change, values } as Row);
    }
    return { kind, since, seq: delta.seq, changed: new Set(Object.keys(delta.changed)), removed: new Set(delta.removed) };
  }

  private replaced(kind: Update["kind"], frame: View | Watched | SnapshotMessage): Update {
    const { stream_id, seq, items } = frame;
    const since = stream_id === this.streamId ? this.seq : 0;
    const before = this.byCode;
    this.byCode = new Map(items.map((row) => [row.device_code, row]));
    this.moveTo(frame);
    const changed = items.filter((row) => JSON.stringify(row) !== JSON.stringify(before.get(row.device_code)));
    const removed = [...before.keys()].filter((code) => !this.byCode.has(code));
    return { kind, since, seq, changed: new Set(changed.map((row) => row.device_code)), removed: new Set(removed) };
  }

  private moveTo({ stream_id, seq, sampled_at, source }: Delta | View | Watched | SnapshotMessage): void {
    const ticks = stream_id === this.streamId ? seq - this.seq : 0;
    const seconds = (Date.parse(sampled_at) - Date.parse(this.sampledAt)) / 1000;
    // A late sample makes one period longer and the next one shorter, so the mean of them approaches the period.
    if (ticks > 0 && seconds > 0) this.tickSeconds += (seconds / ticks - this.tickSeconds) / 2;
    this.streamId = stream_id;
    this.seq = seq;
    this.sampledAt = sampled_at;
    this.source = source;
  }
}
