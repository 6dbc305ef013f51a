/** How snapshots and deltas are applied. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Delta, Row, SnapshotMessage } from "#dist/frames/index.js";
import { merged, Rows, type Update } from "#dist/live/rows.js";

function row(device_code: string, values: Row["values"] = { a: 1, b: 2 }): Row {
  return { device_code, ts: null, freshness: "never", clock_skew: false, values };
}

function snapshot(items: Row[], stream_id = "s", seq = 7): SnapshotMessage {
  return { stream_id, seq, fields: [], items } as unknown as SnapshotMessage;
}

function delta(since: number, seq: number, changed: Delta["changed"], removed: string[] = [], stream_id = "s"): Delta {
  return { stream_id, since, seq, changed, removed } as unknown as Delta;
}

function held(): Rows {
  const rows = new Rows();
  rows.take(snapshot([row("W1"), row("W2")]));
  return rows;
}

test("a delta replaces only the values it names", () => {
  const rows = held();

  const update = rows.apply(delta(6, 8, { W1: { freshness: "live", values: { a: 5 } } }, ["W2"]));

  assert.deepEqual([...rows.byCode.values()], [{ ...row("W1", { a: 5, b: 2 }), freshness: "live" }]);
  assert.deepEqual(update, { kind: "delta", since: 7, seq: 8, changed: new Set(["W1"]), removed: new Set(["W2"]) });
});

test("a delta that is not newer is ignored", () => {
  const rows = held();

  assert.equal(rows.apply(delta(6, 7, { W1: { values: { a: 5 } } })), undefined);
  assert.deepEqual(rows.byCode.get("W1"), row("W1"));
});

test("a delta that does not continue the rows is a gap", () => {
  assert.equal(held().apply(delta(8, 9, {})), "gap");
  assert.equal(held().apply(delta(7, 8, {}, [], "other")), "gap");
});

test("merged updates name each device once", () => {
  const rows = held();
  const first = rows.apply(delta(7, 8, { W1: { freshness: "live" } }, ["W2"])) as Update;
  const second = rows.apply(delta(8, 9, { W2: row("W2") }, ["W1"])) as Update;

  const expected = { kind: "delta", since: 7, seq: 9, changed: new Set(["W2"]), removed: new Set(["W1"]) };
  assert.deepEqual(merged(first, second), expected);
});

test("a snapshot does not hide changes that were not read", () => {
  const rows = held();
  const first = rows.apply(delta(7, 8, { W1: { freshness: "live" } }, ["W2"])) as Update;
  const second = rows.take(snapshot([rows.byCode.get("W1") as Row, row("W3")], "other", 3));

  const expected = { kind: "snapshot", since: 0, seq: 3, changed: new Set(["W1", "W3"]), removed: new Set(["W2"]) };
  assert.deepEqual(merged(first, second), expected);
});
