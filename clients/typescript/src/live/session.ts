/** One connection to the namespace `/realtime`, from its handshake to its end. */

import { io, type Socket } from "socket.io-client";

import { bodyOf, ConnectionEnded, Rejected } from "../errors.js";
import type { Closing, Credentials, Problem, Refused } from "../frames/index.js";
import { type Frame, Inbox } from "./inbox.js";

const ANSWER_MILLISECONDS = 20_000;
const REQUEST_MILLISECONDS = 30_000;
const FRAMES = ["delta", "view", "lagging", "reset", "alarm_opened", "alarm_closed", "alarm_acknowledged", "job_runs"] as const;

/** What a feed needs of a connection: to ask the server, by an event or by HTTP. */
export interface Asking {
  /** Sends an event and returns its acknowledgement. Throws `Rejected`, or `ConnectionEnded` if none arrives in time. */
  ask<Answer extends object>(event: string, payload: object): Promise<Answer>;
  /** Returns the JSON body of a GET with the credentials of the connection. Throws `Rejected`. */
  fetch(path: string): Promise<unknown>;
}

/** An admitted connection: asks the server, and distributes its frames. */
export class Session implements Asking {
  private readonly socket: Socket;
  private readonly inboxes = new Set<Inbox>();
  private readonly aborting = new AbortController();
  private resolveEnd: (reason: Error) => void = () => {};
  /** Resolves with the reason when the connection ends. */
  readonly ended = new Promise<Error>((resolve) => (this.resolveEnd = resolve));
  private reason: Error | undefined;

  /** @param language of labels, as in `Accept-Language`. */
  constructor(
    private readonly url: string,
    private readonly credentials: Credentials,
    private readonly language: string | undefined,
  ) {
    this.socket = io(new URL("/realtime", url).href, {
      auth: credentials,
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      autoConnect: false,
      timeout: ANSWER_MILLISECONDS,
    });
    for (const event of FRAMES) this.socket.on(event, (payload) => this.distribute({ event, payload }));
    this.socket.on("closing", ({ reason, detail }: Closing) => this.end(new ConnectionEnded(reason, detail)));
    this.socket.on("disconnect", (detail) => this.end(new ConnectionEnded("disconnect", detail)));
  }

  get isEnded(): boolean {
    return this.reason !== undefined;
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
      void this.ended.then((reason) => settle(() => reject(reason))());
      this.socket.connect();
    });
  }

  /** Disconnects, for a reason that every feed receives. */
  end(reason: Error = new ConnectionEnded("closed")): void {
    this.reason ??= reason;
    this.resolveEnd(this.reason);
    for (const inbox of this.inboxes) inbox.close(this.reason);
    this.aborting.abort();
    this.socket.disconnect();
  }

  /**
   * Returns an inbox that receives the frames that it accepts, from now on, and calls back when it is closed. `ended` would keep
   * a callback, with all rows of its feed, until the session ends, even if the feed ended an hour before.
   */
  listen(accepts: (frame: Frame) => boolean, onClosed: () => void): Inbox {
    const inbox = new Inbox(accepts, onClosed);
    this.inboxes.add(inbox);
    if (this.reason !== undefined) inbox.close(this.reason);
    return inbox;
  }

  unlisten(inbox: Inbox): void {
    this.inboxes.delete(inbox);
    inbox.close(new ConnectionEnded("closed"));
  }

  async ask<Answer extends object>(event: string, payload: object): Promise<Answer> {
    const answering = this.socket.timeout(ANSWER_MILLISECONDS).emitWithAck(event, payload) as Promise<Answer | Refused>;
    const answer = await answering.catch(() => Promise.reject(this.reason ?? new ConnectionEnded("no-answer", event)));
    if ("problem" in answer) throw new Rejected(answer.problem);
    return answer;
  }

  async fetch(path: string): Promise<unknown> {
    const { token, api_key } = this.credentials;
    const headers = new Headers(token === undefined ? { "X-API-Key": api_key ?? "" } : { Authorization: `Bearer ${token}` });
    if (this.language !== undefined) headers.set("Accept-Language", this.language);
    const signal = AbortSignal.any([AbortSignal.timeout(REQUEST_MILLISECONDS), this.aborting.signal]);
    return bodyOf(await fetch(new URL(path, this.url), { headers, signal }));
  }

  private distribute(frame: Frame): void {
    for (const inbox of this.inboxes) inbox.put(frame);
  }
}
