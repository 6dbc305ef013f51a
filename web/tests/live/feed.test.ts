import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Feed } from "@arcbeat/client/live/feed.ts";
import { type Frame, Inbox } from "@arcbeat/client/live/inbox.ts";
import type { Mode } from "@arcbeat/client/live/modes.ts";
import type { Session } from "@arcbeat/client/live/session.ts";
import { flushPromises } from "@vue/test-utils";
import { describe, expect, it } from "vitest";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** A session that lasts until the test is over. */
class LastingSession {
  readonly isEnded = false;
  readonly ended = new Promise<Error>(() => undefined);

  listen(accepts: (frame: Frame) => boolean, onClosed: () => void): Inbox {
    return new Inbox(accepts, onClosed);
  }

  unlisten(inbox: Inbox): void {
    inbox.close(new Error("closed"));
  }
}

/** Begins and ends a feed, and returns the rows that it held. */
async function endedRows(session: Session): Promise<WeakRef<object>> {
  const rows = { many: "rows" };
  const start = (): Promise<object> => Promise.resolve(rows);
  const mode = { rows, accepts: () => true, start, stop: () => Promise.resolve() } as unknown as Mode<object>;
  const feed = new Feed<object>(mode, { onChange: () => undefined });
  const running = feed.run(session);
  await flushPromises();
  feed.close();
  await running;
  return new WeakRef(rows);
}

describe("a feed that has ended", () => {
  it("is not kept by the session that goes on", async () => {
    const session = new LastingSession();

    const rows = await endedRows(session as unknown as Session);
    await flushPromises();
    collectGarbage();

    expect(session.isEnded).toBe(false);
    expect(rows.deref()).toBeUndefined();
  });
});
