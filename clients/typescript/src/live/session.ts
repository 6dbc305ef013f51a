/** One connection to the namespace `/realtime`, from its handshake to its end. */

import { io, type Socket } from "socket.io-client";

import { bodyOf, ConnectionEnded, Rejected } from "../errors.js";
import type { Closed, Closing, Credentials, Delta, Lagging, NewStream, Problem, Refused, View } from "../frames/index.js";

const ANSWER_MILLISECONDS = 20_000;
const REQUEST_MILLISECONDS = 30_000;
/** Frames that wait while a snapshot is fetched. Further ones are dropped; the next one then shows the gap. */
const FRAMES_WAITING_MAX = 32;

export type Frame =
  | { event: "delta"; payload: Delta }
  | { event: "view"; payload: View }
  | { event: "lagging"; payload: Lagging }
  | { event: "reset"; payload: NewStream };

type Received =
  | Frame
  | { event: "reset"; payload: Closed }
  | { event: "closing"; payload: Closing }
  | { event: "disconnect"; payload: string };

/** The events of the server, in their order. */
class Inbox {
  private readonly waiting: Received[] = [];
  private wake = (): void => {};

  put(received: Received): void {
    const isFrame = received.event === "delta" || received.event === "view";
    if (isFrame && this.waiting.length >= FRAMES_WAITING_MAX) return;
    this.waiting.push(received);
    this.wake();
  }

  async next(): Promise<Received> {
    for (;;) {
      const received = this.waiting.shift();
      if (received !== undefined) return received;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

/** An admitted connection: asks the server, and receives its events. */
export class Session {
  private readonly inbox = new Inbox();
  private readonly socket: Socket;

  constructor(
    private readonly url: string,
    private readonly credentials: Credentials,
  ) {
    this.socket = io(new URL("/realtime", url).href, {
      auth: credentials,
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      autoConnect: false,
      timeout: ANSWER_MILLISECONDS,
    });
    for (const event of ["delta", "view", "lagging", "reset", "closing"] as const) {
      this.socket.on(event, (payload) => this.inbox.put({ event, payload }));
    }
    this.socket.on("disconnect", (payload) => this.inbox.put({ event: "disconnect", payload }));
  }

  /** Resolves when the client is admitted. Throws `Rejected`, or an error if the server cannot be reached. */
  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error("the server does not admit the client in time")), ANSWER_MILLISECONDS);
      const settle = (then: () => void) => () => (clearTimeout(limit), then());
      this.socket.once("connect", settle(resolve));
      this.socket.once("connect_error", (error: Error & { data?: Problem }) =>
        settle(() => reject(error.data === undefined ? error : new Rejected(error.data)))(),
      );
      this.socket.once("disconnect", settle(() => reject(new ConnectionEnded("disconnect"))));
      this.socket.connect();
    });
  }

  /** Disconnects; a waiting `next` ends. */
  close(): void {
    this.socket.disconnect();
    this.inbox.put({ event: "disconnect", payload: "io client disconnect" });
  }

  /** Sends an event and returns its acknowledgement. Throws `Rejected`. */
  async ask<Answer extends object>(event: string, payload: object): Promise<Answer> {
    const answer = (await this.socket.timeout(ANSWER_MILLISECONDS).emitWithAck(event, payload)) as Answer | Refused;
    if ("problem" in answer) throw new Rejected(answer.problem);
    return answer;
  }

  /** Returns the JSON body of a GET with the credentials of the connection. Throws `Rejected`. */
  async fetch(path: string): Promise<unknown> {
    const { token, api_key } = this.credentials;
    const headers: HeadersInit = token === undefined ? { "X-API-Key": api_key ?? "" } : { Authorization: `Bearer ${token}` };
    const signal = AbortSignal.timeout(REQUEST_MILLISECONDS);
    return bodyOf(await fetch(new URL(path, this.url), { headers, signal }));
  }

  /** Returns the next frame. Throws `ConnectionEnded`. */
  async next(): Promise<Frame> {
    const { event, payload } = await this.inbox.next();
    if (event === "disconnect") throw new ConnectionEnded("disconnect", payload);
    if (event === "closing") throw new ConnectionEnded(payload.reason, payload.detail);
    if (event === "reset" && !("snapshot_url" in payload)) throw new ConnectionEnded(payload.reason);
    return { event, payload } as Frame;
  }
}
