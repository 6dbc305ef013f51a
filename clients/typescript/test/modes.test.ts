/** How a subscription closes gaps, with the answers of a server that a test writes down. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Subscription } from "#dist/live/modes.js";
import type { Frame } from "#dist/live/inbox.js";
import type { Asking as Session } from "#dist/live/session.js";

const AT_7 = { stream_id: "s", seq: 7, snapshot_url: "/snapshot" };
const SNAPSHOT = { stream_id: "s", seq: 7, fields: [], items: [] };

/** Answers requests in their order, and keeps them. */
class Script {
  readonly asked: unknown[] = [];

  constructor(private readonly answers: unknown[]) {}

  async ask(event: string, payload: object): Promise<unknown> {
    this.asked.push([event, payload]);
    return this.answers.shift();
  }

  async fetch(path: string): Promise<unknown> {
    this.asked.push(path);
    return this.answers.shift();
  }
}

function deltaFrame(since: number, seq: number): Frame {
  return { event: "delta", payload: { stream_id: "s", since, seq, changed: {}, removed: [] } } as unknown as Frame;
}

async function started(...answers: unknown[]): Promise<[Subscription, Script, Session]> {
  const script = new Script([AT_7, SNAPSHOT, ...answers]);
  const session = script as unknown as Session;
  const subscription = new Subscription({ type_code: "welding", team_name: "班组一" });
  await subscription.start(session);
  script.asked.length = 0;
  return [subscription, script, session];
}

const SUBSCRIBE = ["subscribe", { type_code: "welding", team_name: "班组一" }];
const RESYNC = ["resync", { type_code: "welding", stream_id: "s", since: 7 }];

test("a gap is closed with one delta", async () => {
  const [subscription, script, session] = await started({ ...AT_7, seq: 9 }, { delta: deltaFrame(7, 9).payload });

  const update = await subscription.receive(session, deltaFrame(8, 9));

  assert.deepEqual(script.asked, [SUBSCRIBE, RESYNC]);
  assert.deepEqual([update?.kind, update?.since, update?.seq], ["resync", 7, 9]);
});

test("a gap that is too large is closed with the snapshot", async () => {
  const lagging = { ...AT_7, seq: 99, take_snapshot: true };
  const [subscription, script, session] = await started({ ...AT_7, seq: 99 }, lagging, { ...SNAPSHOT, seq: 99 });

  const update = await subscription.receive(session, deltaFrame(98, 99));

  assert.deepEqual(script.asked, [SUBSCRIBE, RESYNC, "/snapshot"]);
  assert.deepEqual([update?.kind, update?.seq], ["snapshot", 99]);
});

for (const event of ["lagging", "reset"]) {
  test(`${event} takes the snapshot`, async () => {
    const [subscription, script, session] = await started({ ...SNAPSHOT, stream_id: "t", seq: 1 });

    const update = await subscription.receive(session, { event, payload: { ...AT_7, stream_id: "t" } } as unknown as Frame);

    assert.deepEqual(script.asked, ["/snapshot"]);
    assert.deepEqual([update?.kind, update?.since, update?.seq], ["snapshot", 0, 1]);
  });
}
