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

/** The rows of a device type or of a view, by the codes of the devices. */
export class Rows {
  streamId = "";
  seq = 0;
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
    this.seq = delta.seq;
    for (const code of delta.removed) this.byCode.delete(code);
    for (const [code, change] of Object.entries(delta.changed)) {
      const row = this.byCode.get(code);
      // The change of a new device holds its complete row.
      const values = { ...row?.values, ...change.values };
      this.byCode.set(code, { device_code: code, ...row, ...change, values } as Row);
    }
    return { kind, since, seq: delta.seq, changed: new Set(Object.keys(delta.changed)), removed: new Set(delta.removed) };
  }

  private replaced(kind: Update["kind"], { stream_id, seq, items }: View | Watched | SnapshotMessage): Update {
    const since = stream_id === this.streamId ? this.seq : 0;
    const before = this.byCode;
    this.byCode = new Map(items.map((row) => [row.device_code, row]));
    this.streamId = stream_id;
    this.seq = seq;
    const changed = items.filter((row) => JSON.stringify(row) !== JSON.stringify(before.get(row.device_code)));
    const removed = [...before.keys()].filter((code) => !this.byCode.has(code));
    return { kind, since, seq, changed: new Set(changed.map((row) => row.device_code)), removed: new Set(removed) };
  }
}
