/** How alarms and runs of jobs are followed, with the answers of a server that a test writes down. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { OpenAlarms } from "#dist/live/alarms.js";
import { type Frame, Inbox } from "#dist/live/inbox.js";
import { ChangingRuns } from "#dist/live/job-runs.js";
import { Rows } from "#dist/live/rows.js";
import type { Asking } from "#dist/live/session.js";
import type { SnapshotMessage } from "#dist/frames/index.js";

/** Answers requests in their order, and keeps them. */
class Script {
  readonly asked: unknown[] = [];

  constructor(private readonly answers: unknown[]) {}

  async ask(event: string): Promise<unknown> {
    this.asked.push(event);
    return this.answers.shift();
  }

  async fetch(path: string): Promise<unknown> {
    this.asked.push(path);
    return this.answers.shift();
  }
}

function sessionWith(...answers: unknown[]): [Asking, Script] {
  const script = new Script(answers);
  return [script as unknown as Asking, script];
}

const SUBSCRIBED = { type_code: "welding", alarms_url: "/alarms?open=true" };
const NOTE = { note: "seen", acknowledged_by: "olga", acknowledged_at: "2026-03-02T08:00:00Z" };

function alarm(device_code: string, start: string, acknowledgement: typeof NOTE | null = null) {
  return { device_code, start, state: "报警", acknowledgement };
}

function frame(event: string, items: unknown[], missed = false): Frame {
  return { event, payload: { type_code: "welding", items, missed } } as unknown as Frame;
}

async function followed(...items: unknown[]): Promise<OpenAlarms> {
  const alarms = new OpenAlarms("welding");
  await alarms.start(sessionWith(SUBSCRIBED, { items, next_cursor: null })[0]);
  return alarms;
}

const [nothing] = sessionWith();

test("all pages of open alarms are read", async () => {
  const [session, script] = sessionWith(SUBSCRIBED, { items: [alarm("W1", "1")], next_cursor: "a b" }, { items: [alarm("W2", "2")], next_cursor: null });
  const alarms = new OpenAlarms("welding");

  const change = await alarms.start(session);

  assert.deepEqual(script.asked, [
    "subscribe_alarms",
    "/alarms?open=true&page_size=200",
    "/alarms?open=true&page_size=200&cursor=a%20b",
  ]);
  assert.deepEqual([change.kind, [...alarms.byDevice.keys()]], ["open", ["W1", "W2"]]);
});

test("alarms open and close", async () => {
  const alarms = await followed(alarm("W1", "1"));

  const opened = await alarms.receive(nothing, frame("alarm_opened", [alarm("W2", "2")]));
  await alarms.receive(nothing, frame("alarm_closed", [alarm("W1", "1")]));

  assert.deepEqual([opened?.kind, [...(opened?.devices ?? [])]], ["opened", ["W2"]]);
  assert.deepEqual([...alarms.byDevice.keys()], ["W2"]);
});

test("the end of an alarm does not close the next one of the device", async () => {
  const alarms = await followed(alarm("W1", "2"));

  await alarms.receive(nothing, frame("alarm_closed", [alarm("W1", "1")]));

  assert.equal(alarms.byDevice.get("W1")?.start, "2");
});

test("an alarm that is known already keeps its acknowledgement, the next one has none", async () => {
  const alarms = await followed(alarm("W1", "1"));
  await alarms.receive(nothing, frame("alarm_acknowledged", [alarm("W1", "1", NOTE), alarm("W9", "1", NOTE)]));

  await alarms.receive(nothing, frame("alarm_opened", [alarm("W1", "1")]));
  assert.deepEqual(alarms.byDevice.get("W1")?.acknowledgement, NOTE);
  assert.equal(alarms.byDevice.has("W9"), false);

  await alarms.receive(nothing, frame("alarm_opened", [alarm("W1", "2")]));
  assert.equal(alarms.byDevice.get("W1")?.acknowledgement, null);
});

test("the acknowledgement of an alarm that has ended is not that of the next one of the device", async () => {
  const alarms = await followed(alarm("W1", "2026-03-02T08:00:00.5Z"));

  const change = await alarms.receive(nothing, frame("alarm_acknowledged", [alarm("W1", "2026-03-02T08:00:00Z", NOTE)]));
  assert.equal(alarms.byDevice.get("W1")?.acknowledgement, null);
  assert.deepEqual(change?.acknowledged?.map(({ acknowledgement }) => acknowledgement), [NOTE]);

  await alarms.receive(nothing, frame("alarm_acknowledged", [alarm("W1", "2026-03-02T08:00:00.50Z", NOTE)]));
  assert.deepEqual(alarms.byDevice.get("W1")?.acknowledgement, NOTE);
});

test("an alarm that ends keeps the acknowledgement that is known", async () => {
  const alarms = await followed(alarm("W1", "1", NOTE));

  const change = await alarms.receive(nothing, frame("alarm_closed", [alarm("W1", "1"), alarm("W2", "1")]));

  assert.deepEqual(change?.closed?.map(({ acknowledgement }) => acknowledgement), [NOTE, null]);
});

test("missed events are made up for by the list", async () => {
  const alarms = await followed(alarm("W1", "1"));
  const [session] = sessionWith(SUBSCRIBED, { items: [alarm("W2", "2")], next_cursor: null });

  const change = await alarms.receive(session, frame("alarm_opened", [alarm("W3", "3")], true));

  assert.deepEqual([...alarms.byDevice.keys()], ["W2"]);
  assert.deepEqual([...(change?.devices ?? [])], ["W1", "W2"]);
});

test("runs may have been missed after a reconnection only", async () => {
  const runs = new ChangingRuns({});

  const first = await runs.start(sessionWith({ items: [] })[0]);
  const changed = await runs.receive(nothing, frame("job_runs", [{ id: 7 }]));
  const again = await runs.start(sessionWith({ items: [] })[0]);

  assert.deepEqual([first.missed, changed?.missed, again.missed], [false, false, true]);
});

test("events that an inbox had to drop are marked as missed", async () => {
  const inbox = new Inbox(() => true);
  for (let number = 0; number < 40; number++) inbox.put(frame("alarm_opened", [number]));

  const first = await inbox.next(1000);
  const second = await inbox.next(1000);

  assert.deepEqual([first, second].map((each) => each !== undefined && "missed" in each.payload && each.payload.missed), [true, false]);
});

test("an inbox returns what has arrived before its end, then throws the reason", async () => {
  const inbox = new Inbox(({ event }) => event === "job_runs");
  inbox.put(frame("alarm_opened", []));
  inbox.put(frame("job_runs", []));
  inbox.close(new Error("the end"));

  assert.equal((await inbox.next(1000))?.event, "job_runs");
  await assert.rejects(inbox.next(1000), /the end/);
});

test("an inbox waits no longer than asked", async () => {
  assert.equal(await new Inbox(() => true).next(1), undefined);
});

test("rows know the period of the frames", () => {
  const rows = new Rows();
  const at = (seq: number, sampled_at: string) => ({ stream_id: "s", seq, sampled_at, fields: [], items: [] }) as unknown as SnapshotMessage;

  rows.take(at(1, "2026-03-02T08:00:00Z"));
  assert.equal(rows.tickSeconds, 5);
  for (let seq = 2; seq < 30; seq++) rows.take(at(seq, new Date(Date.parse("2026-03-02T08:00:00Z") + (seq - 1) * 1000).toISOString()));

  assert.ok(Math.abs(rows.tickSeconds - 1) < 0.01);
});
