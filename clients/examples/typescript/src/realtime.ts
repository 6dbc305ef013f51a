/*
 * Follow a device type: take its snapshot over HTTP, then apply the changes of each tick from Socket.IO.
 *
 *   npm ci && npm run build
 *   ARCBEAT_USERNAME=vera ARCBEAT_PASSWORD=… node dist/realtime.js http://localhost:8000 welding
 *
 * Prints one JSON object per line: each step, and all rows at the end (Ctrl-C).
 */
import { setTimeout as sleep } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";

type Value = string | number | boolean | null;

/** The newest reading of one device. */
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

/** The position of the server in the stream, and the URL of a snapshot that is at least as new. */
interface Position {
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

type ServerEvent =
  | { event: "delta"; payload: Delta }
  | { event: "lagging" | "reset"; payload: Position | { reason: string } }
  | { event: "closing" | "disconnect"; payload: unknown };

/** Delay between two attempts if the server gives none; randomly up to twice as long, so that clients spread out. */
const WAIT_SECONDS = 1;
const ANSWER_MILLISECONDS = 20_000;

/** A request that the server answered with a problem. */
class Rejected extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** The rows of a device type: a snapshot, kept up to date by deltas. */
class Rows {
  streamId = "";
  seq = 0;
  byCode = new Map<string, Row>();

  take(snapshot: Snapshot): void {
    this.streamId = snapshot.stream_id;
    this.seq = snapshot.seq;
    this.byCode = new Map(snapshot.items.map(({ device_code, ...row }) => [device_code, row]));
  }

  /** Applies a delta, or ignores one that is older. Returns false if a delta before it was missed. */
  apply(delta: Delta): boolean {
    if (delta.stream_id !== this.streamId || delta.since > this.seq) return false;
    if (delta.seq <= this.seq) return true;
    for (const code of delta.removed) this.byCode.delete(code);
    for (const [code, change] of Object.entries(delta.changed)) {
      const row = this.byCode.get(code);
      // The change of a new device holds its complete row.
      this.byCode.set(code, { ...row, ...change, values: { ...row?.values, ...change.values } } as Row);
    }
    this.seq = delta.seq;
    return true;
  }
}

/** The events of the server, handled one at a time; those that arrive while the snapshot is being fetched wait. */
class Queue {
  private readonly waiting: ServerEvent[] = [];
  private wake = (): void => {};

  put(event: ServerEvent): void {
    this.waiting.push(event);
    this.wake();
  }

  async next(): Promise<ServerEvent> {
    for (;;) {
      const event = this.waiting.shift();
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

/** Connects, and reconnects whenever the connection ends, continuing from the last known snapshot. */
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
        // The server may be down or restarting: try again.
        log("failed", { detail: String(error) });
        if (error instanceof Rejected) {
          this.token = undefined;
          waitSeconds = error.problem.retry_after_seconds ?? WAIT_SECONDS;
        }
      }
      await sleep(waitSeconds * 1000 * (1 + Math.random()));
    }
  }

  /** Runs one connection from its start to its end. */
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
    const position = await ask<Position>(socket, "subscribe", { type_code: this.typeCode });
    await this.catchUp(socket, position);
    for (;;) {
      const received = await queue.next();
      if (received.event === "delta" && this.rows.apply(received.payload)) {
        log("delta", { seq: this.rows.seq, changed: Object.keys(received.payload.changed).sort() });
      } else if (received.event === "delta") {
        await this.catchUp(socket, position);
      } else if ((received.event === "lagging" || received.event === "reset") && "snapshot_url" in received.payload) {
        await this.takeSnapshot(received.payload);
      } else {
        // closing, disconnect, or a reset because the device type was retired
        if (received.event === "closing") this.token = undefined;
        log(`${received.event}ed`, { payload: received.payload });
        return;
      }
    }
  }

  /** Gets the missed changes in one delta if the server still has them, or else takes the snapshot. */
  private async catchUp(socket: Socket, position: Position): Promise<void> {
    if (position.stream_id === this.rows.streamId) {
      const since = this.rows.seq;
      const resync = { type_code: this.typeCode, stream_id: this.rows.streamId, since };
      const answer = await ask<{ delta: Delta } | Position>(socket, "resync", resync);
      if ("delta" in answer && this.rows.apply(answer.delta)) {
        log("resync", { seq: this.rows.seq, since });
        return;
      }
    }
    await this.takeSnapshot(position);
  }

  private async takeSnapshot(position: Position): Promise<void> {
    const headers = { Authorization: `Bearer ${this.token}` };
    this.rows.take((await answered(await fetch(new URL(position.snapshot_url, this.url), { headers }))) as Snapshot);
    log("snapshot", { seq: this.rows.seq, devices: this.rows.byCode.size });
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

/** Resolves when the client is admitted. */
function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", (error: Error & { data?: Problem }) =>
      reject(error.data === undefined ? error : new Rejected(error.data)),
    );
  });
}

/** Sends an event and returns its acknowledgement. */
async function ask<Answer>(socket: Socket, event: string, payload: object): Promise<Answer> {
  const answer = (await socket.timeout(ANSWER_MILLISECONDS).emitWithAck(event, payload)) as object;
  if ("problem" in answer) throw new Rejected(answer.problem as Problem);
  return answer as Answer;
}

async function answered(response: Response): Promise<unknown> {
  if (!response.ok) throw new Rejected((await response.json()) as Problem);
  return response.json();
}

/** Prints one step as a line of JSON. */
function log(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
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
