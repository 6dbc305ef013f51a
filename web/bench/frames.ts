/** The frames of a plant of 10 000 machines as texts, made before the measurement. */

import type { Field, Row, SnapshotMessage } from "@arcbeat/client/frames/index.ts";

const DEVICES = 10_000;
const FIELDS = 16;
const CHANGED_SHARE = 0.3;
const STATES = ["焊接", "待机", "报警", "关机"];
const TICK_MILLISECONDS = 5_000;
const STARTED_AT = Date.parse("2026-03-02T08:00:00Z");

/** Returns numbers from 0 to 1 that are the same in each run. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const random = makeRandom(7);
const codeOf = (index: number): string => `WLD-${String(index).padStart(6, "0")}`;
const timeOf = (seq: number): string => new Date(STARTED_AT + seq * TICK_MILLISECONDS).toISOString();

export const fields: Field[] = Array.from({ length: FIELDS }, (_, index) => ({
  name: index === 0 ? "device_status" : `field_${index}`,
  label: index === 0 ? "状态" : `测量值 ${index}`,
  unit: index === 0 ? "" : "A",
  type: index === 0 ? "nchar" : "float",
  order: index + 1,
  decimals: index === 0 ? null : 1,
}));

function values(): Row["values"] {
  return Object.fromEntries(fields.map(({ name }, index) => [name, index === 0 ? stateOf() : measured()]));
}
const stateOf = (): string => STATES[Math.floor(random() * STATES.length)] ?? "";
const measured = (): number => Math.round(random() * 30_000) / 100;

function moment(seq: number): Pick<SnapshotMessage, "type_code" | "stream_id" | "seq" | "sampled_at" | "source"> {
  return { type_code: "welding", stream_id: "bench", seq, sampled_at: timeOf(seq), source: "snapshot" };
}

export function snapshot(): SnapshotMessage {
  const items = Array.from({ length: DEVICES }, (_, index) => ({
    device_code: codeOf(index),
    ts: timeOf(1),
    freshness: "live" as const,
    clock_skew: false,
    values: values(),
  }));
  return { ...moment(1), fields_version: 1, fields, items } as unknown as SnapshotMessage;
}

/** Returns the delta that leads to a snapshot: a third of the machines has a new reading. */
export function deltaText(seq: number): string {
  const codes = Array.from({ length: DEVICES }, (_, index) => codeOf(index)).filter(() => random() < CHANGED_SHARE);
  const changed = Object.fromEntries(codes.map((code) => [code, { ts: timeOf(seq), values: values() }]));
  return JSON.stringify({ ...moment(seq), since: seq - 1, changed, removed: [] });
}
