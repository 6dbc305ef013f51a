/*
 * Follow a device type live: its snapshot over HTTP, then what changes at every tick over Socket.IO.
 *
 *   npm ci && npm run build
 *   ARCBEAT_USERNAME=vera ARCBEAT_PASSWORD=… node dist/realtime.js http://localhost:8000 welding
 *
 * Prints a JSON object a line: what was done, and at the end (Ctrl-C) all rows as they are known.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";

type Value = string | number | boolean | null;

/** What is known of one device. */
interface Row {
  ts: string | null;
  freshness: "live" | "late" | "stale" | "never";
  clock_skew: boolean;
  values: Record<string, Value>;
}

interface Snapshot {
  stream_id: string;
  seq: number;
  items: (Row & { device_code: string })[];
}

interface Delta {
  stream_id: string;
  since: number;
  seq: number;
  changed: Record<string, Partial<Row>>;
  removed: string[];
}

/** Where the server is, and where to get the snapshot of it. */
interface Where {
  stream_id: string;
  seq: number;
  snapshot_url: string;
}

interface Problem {
  type: string;
  status: number;
  detail: string;
  retry_after_seconds?: number;
}

type Told =
  | { event: "delta"; payload: Delta }
  | { event: "lagging" | "reset"; payload: Where | { reason: string } }
  | { event: "closing" | "disconnect"; payload: unknown };

/** Between two attempts, unless the server says when to come back; up to twice as long, so that not all come at once. */
const WAIT_SECONDS = 1;
const ANSWER_MILLISECONDS = 20_000;

/** A problem that the server told. */
class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** What is known of a device type: a snapshot, kept up to date by deltas. */
class Rows {
  streamId = "";
  seq = 0;
  byCode = new Map<string, Row>();

  take(snapshot: Snapshot): void {
    this.streamId = snapshot.stream_id;
    this.seq = snapshot.seq;
    this.byCode = new Map(snapshot.items.map(({ device_code, ...row }) => [device_code, row]));
  }

  /** Whether the delta leads on from here, or is known already; where it does not, something was missed. */
  apply(delta: Delta): boolean {
    if (delta.stream_id !== this.streamId || delta.since > this.seq) return false;
    if (delta.seq <= this.seq) return true;
    for (const code of delta.removed) this.byCode.delete(code);
    for (const [code, change] of Object.entries(delta.changed)) {
      const row = this.byCode.get(code);
      // a device that is new comes with its whole row
      this.byCode.set(code, { ...row, ...change, values: { ...row?.values, ...change.values } } as Row);
    }
    this.seq = delta.seq;
    return true;
  }
}

/** What is told, one after another; what comes while the snapshot is on its way waits here. */
class Queue {
  private readonly waiting: Told[] = [];
  private wake = (): void => {};

  put(told: Told): void {
    this.waiting.push(told);
    this.wake();
  }

  async next(): Promise<Told> {
    for (;;) {
      const told = this.waiting.shift();
      if (told !== undefined) return told;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

/** Connects, and connects again; goes on from where it was. */
class Follower {
  readonly rows = new Rows();
  private token: string | undefined;

  constructor(
    private readonly url: string,
    private readonly typeCode: string,
  ) {}

  async follow(): Promise<never> {
    for (;;) {
      let waitSeconds = WAIT_SECONDS;
      try {
        await this.connection();
      } catch (error) {
        // a server that is not there, or not yet there again, is tried again
        say("failed", { detail: String(error) });
        if (error instanceof Refused) {
          this.token = undefined;
          waitSeconds = error.problem.retry_after_seconds ?? WAIT_SECONDS;
        }
      }
      await sleep(waitSeconds * 1000 * (1 + Math.random()));
    }
  }

  /** One connection, from its beginning to its end. */
  private async connection(): Promise<void> {
    this.token ??= await this.logIn();
    const socket = io(`${this.url}/realtime`, {
      auth: { token: this.token },
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
    });
    const queue = new Queue();
    for (const event of ["delta", "lagging", "reset", "closing"] as const) {
      socket.on(event, (payload) => queue.put({ event, payload }));
    }
    socket.on("disconnect", (reason) => queue.put({ event: "disconnect", payload: reason }));
    try {
      await connected(socket);
      await this.listen(socket, queue);
    } finally {
      socket.disconnect();
    }
  }

  private async listen(socket: Socket, queue: Queue): Promise<void> {
    const where = await ask<Where>(socket, "subscribe", { type_code: this.typeCode });
    await this.catchUp(socket, where);
    for (;;) {
      const told = await queue.next();
      if (told.event === "delta" && this.rows.apply(told.payload)) {
        say("delta", { seq: this.rows.seq, changed: Object.keys(told.payload.changed).sort() });
      } else if (told.event === "delta") {
        await this.catchUp(socket, where);
      } else if ((told.event === "lagging" || told.event === "reset") && "snapshot_url" in told.payload) {
        await this.takeSnapshot(told.payload);
      } else {
        // the end: closing, disconnect, or the type is no more
        if (told.event === "closing") this.token = undefined;
        say(told.event, { payload: told.payload });
        return;
      }
    }
  }

  /** By one delta where the server still knows what was missed, by the snapshot where not. */
  private async catchUp(socket: Socket, where: Where): Promise<void> {
    if (where.stream_id === this.rows.streamId) {
      const since = this.rows.seq;
      const resync = { type_code: this.typeCode, stream_id: this.rows.streamId, since };
      const answer = await ask<{ delta: Delta } | Where>(socket, "resync", resync);
      if ("delta" in answer && this.rows.apply(answer.delta)) {
        say("resynced", { seq: this.rows.seq, since });
        return;
      }
    }
    await this.takeSnapshot(where);
  }

  private async takeSnapshot(where: Where): Promise<void> {
    const headers = { Authorization: `Bearer ${this.token}` };
    this.rows.take((await answered(await fetch(new URL(where.snapshot_url, this.url), { headers }))) as Snapshot);
    say("snapshot", { seq: this.rows.seq, devices: this.rows.byCode.size });
  }

  private async logIn(): Promise<string> {
    const body = new URLSearchParams({
      grant_type: "password",
      username: process.env["ARCBEAT_USERNAME"] ?? "",
      password: process.env["ARCBEAT_PASSWORD"] ?? "",
    });
    const answer = await fetch(new URL("/api/v1/auth/token", this.url), { method: "POST", body });
    return ((await answered(answer)) as { access_token: string }).access_token;
  }
}

/** Resolves when the client is let in. */
function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", (error: Error & { data?: Problem }) =>
      reject(error.data === undefined ? error : new Refused(error.data)),
    );
  });
}

/** The acknowledgement of an event. */
async function ask<Answer>(socket: Socket, event: string, payload: object): Promise<Answer> {
  const answer = (await socket.timeout(ANSWER_MILLISECONDS).emitWithAck(event, payload)) as object;
  if ("problem" in answer) throw new Refused(answer.problem as Problem);
  return answer as Answer;
}

async function answered(response: Response): Promise<unknown> {
  if (!response.ok) throw new Refused((await response.json()) as Problem);
  return response.json();
}

/** A line for who reads what is printed. */
function say(event: string, what: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...what })}\n`);
}

const [url, typeCode] = process.argv.slice(2);
if (url === undefined || typeCode === undefined) throw new Error("usage: realtime URL TYPE_CODE");
const follower = new Follower(url, typeCode);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    const { streamId: stream_id, seq, byCode } = follower.rows;
    process.stdout.write(`${JSON.stringify({ event: "end", stream_id, seq, rows: Object.fromEntries(byCode) })}\n`, () =>
      process.exit(0),
    );
  });
}
await follower.follow();
