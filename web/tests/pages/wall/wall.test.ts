import type { LiveConnectionOptions } from "@arcbeat/client/live/connection.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import type { Alarm } from "@/api";
import { type DataAge, useDataAge } from "@/pages/wall/data/useDataAge";
import { useWall, type WallState } from "@/pages/wall/data/useWall";

interface Followed {
  mode: { byDevice: Map<string, Alarm> };
  handlers: { onChange: () => void };
}

/** Connections that the screen has made; a test decides what they bring. */
const connections: { options: LiveConnectionOptions; followed: Followed[] }[] = [];
vi.mock("@arcbeat/client/live/connection.ts", () => ({
  LiveConnection: class {
    readonly followed: Followed[] = [];
    constructor(
      _url: string,
      readonly options: LiveConnectionOptions,
    ) {
      connections.push(this);
    }
    follow(mode: Followed["mode"], handlers: Followed["handlers"]): void {
      this.followed.push({ mode, handlers });
    }
    retry(): void {}
    close(): void {}
  },
}));

const NOW = Date.parse("2026-03-02T08:00:00Z");
const ROUND = 6_000;
const TYPE = { type_code: "welding", aliases: [], alarm_states: ["报警"], stale_after_seconds: 600 };

type Answer = () => Response | Promise<Response>;
const alarm = (device_code: string): Alarm =>
  ({ device_code, start: "2026-03-02T07:00:00Z", acknowledgement: null, team_name: null }) as Alarm;
const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", Date: new Date().toUTCString() },
  });
const problem = (status: number): Response =>
  json(
    { type: "urn:arcbeat:problem:unavailable", title: "", status, detail: "Later.", help: "", request_id: "7" },
    status,
  );
const alarmsOf = (...codes: string[]): Response => json({ items: codes.map(alarm), next_cursor: null });

let types: Answer;
let status: Answer;
let alarms: Answer;
let asked: URL[];
let scope: EffectScope;

function open(typeCode?: string): { state: WallState; age: DataAge } {
  return scope.run(() => {
    const { state, clock } = useWall({ apiKey: "k", typeCode, team: undefined, language: () => "en" });
    return { state, age: useDataAge(state, clock) };
  }) as { state: WallState; age: DataAge };
}
async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}
function bring(...codes: string[]): void {
  const { mode, handlers } = connections.at(-1)?.followed[0] as Followed;
  mode.byDevice = new Map(codes.map((code) => [code, alarm(code)]));
  handlers.onChange();
}
const codesOf = (state: WallState): string[] => state.alarms.map((each) => each.device_code);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  connections.length = 0;
  asked = [];
  types = () => json({ items: [TYPE] });
  status = () => json({ newest_reading_at: new Date().toISOString(), total: 1, by_state: [], source: "store" });
  alarms = () => alarmsOf("W1");
  vi.stubGlobal("fetch", (request: Request) => {
    const url = new URL(request.url);
    asked.push(url);
    if (url.pathname.endsWith("/board/status")) return Promise.resolve(status());
    return Promise.resolve(url.pathname.includes("alarm") ? alarms() : types());
  });
  scope = effectScope();
});
afterEach(() => {
  scope.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the alarms of a wall screen", () => {
  it("are not known, and the data stale, while they cannot be read", async () => {
    alarms = () => problem(503);
    const { state, age } = open();
    await pass(ROUND);
    expect([state.status?.total, state.alarmsAt, age.isStale.value, age.cause.value]).toEqual([
      1,
      undefined,
      true,
      "rejected",
    ]);

    alarms = () => alarmsOf("W1");
    await pass(ROUND);
    expect([codesOf(state), age.isStale.value]).toEqual([["W1"], false]);
  });

  it("are stale since the last time that they were read", async () => {
    const { state, age } = open();
    await pass(ROUND);
    const readAt = state.alarmsAt;
    expect(age.isStale.value).toBe(false);

    alarms = () => problem(503);
    await pass(30_000);
    expect(age.isStale.value).toBe(false);
    await pass(60_000);
    expect([age.isStale.value, age.until.value]).toEqual([true, readAt]);
  });

  it("that the connection has brought are not replaced by an older answer", async () => {
    let answer: (response: Response) => void = () => undefined;
    alarms = () => new Promise((resolve) => (answer = resolve));
    const { state } = open();
    await pass(100);
    bring("W1", "W2");
    answer(alarmsOf());
    await pass(100);
    expect(codesOf(state)).toEqual(["W1", "W2"]);
  });

  it("disappear with the key, and come back with it", async () => {
    const { state, age } = open();
    await pass(ROUND);
    status = () => problem(401);
    await pass(ROUND);
    expect([state.rejection?.status, codesOf(state), state.status]).toEqual([401, [], undefined]);

    status = () => json({ newest_reading_at: new Date().toISOString(), total: 1, by_state: [], source: "store" });
    await pass(80_000);
    expect([state.rejection, codesOf(state), age.isStale.value]).toEqual([undefined, ["W1"], false]);
  });
});

describe("the type of a wall screen", () => {
  it("is looked for among all types, not those of the first page", async () => {
    types = () => {
      const size = Number(asked.at(-1)?.searchParams.get("page_size") ?? 10);
      const others = Array.from({ length: 20 }, (_, index) => ({ ...TYPE, type_code: `type-${String(index)}` }));
      return json({ items: [...others, TYPE].slice(0, size) });
    };
    const { state } = open("welding");
    await pass(100);
    expect([state.type?.type_code, state.isTypeUnknown]).toEqual(["welding", false]);
  });

  it("remains while it cannot be read again", async () => {
    const { state, age } = open();
    await pass(ROUND);
    types = () => problem(503);
    await pass(700_000);
    expect([state.type?.type_code, state.failure, age.isStale.value]).toEqual(["welding", undefined, false]);
  });
});
