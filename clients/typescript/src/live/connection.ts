/** One connection for several feeds, made again whenever it ends. */

import { ConnectionEnded, Rejected } from "../errors.js";
import type { Credentials } from "../frames/index.js";
import type { TokenSource } from "../login.js";
import { backoffSeconds } from "./backoff.js";
import { callSafely, Feed, type FeedHandlers } from "./feed.js";
import type { Mode } from "./modes.js";
import { Pause } from "./pause.js";
import { Session } from "./session.js";

/** Rejected credentials in a row after which the connection ends: those of the source and those that it returns instead. */
const UNAUTHENTICATED_MAX = 2;
/** A connection that ends earlier counts as a failed attempt. */
const LASTING_MILLISECONDS = 5_000;

/** Whether the client is connected, and why not. */
export interface ConnectionState {
  readonly connected: boolean;
  readonly detail: string;
  /** Why the connection ended or could not be made. */
  readonly error?: unknown;
  /** Seconds until the next attempt to connect; undefined if connected, or if there is no further attempt. */
  readonly retrySeconds?: number | undefined;
}

export interface LiveConnectionOptions {
  /** An access token, or a function that returns one, for example `login.token`. Pass either this or `apiKey`. */
  token?: string | TokenSource;
  apiKey?: string;
  /** The language of labels, as in `Accept-Language`; a function is called at each connection. Defaults to that of the browser. */
  language?: string | (() => string);
  /** Is called when the connection begins or ends, or an attempt to connect fails. */
  onState?: (state: ConnectionState) => void;
}

/**
 * A connection to the namespace `/realtime` that all feeds of a page share.
 *
 *     const connection = new LiveConnection(url, { token: login.token });
 *     const welding = new Subscription({ type_code: "welding" });
 *     const stop = connection.follow(welding, { onChange: ({ changed }) => draw(welding.rows, changed) });
 *
 * It connects at the first `follow`, and connects again whenever the connection ends: at once, then after growing delays. Each
 * feed then continues with the changes that it missed. It ends if the server rejects the credentials twice in a row, or the
 * program for what it sends; `retry()` begins again. What a handler throws is reported as an uncaught error.
 */
export class LiveConnection {
  private readonly feeds = new Map<string, Feed<never>>();
  private session: Session | undefined;
  private admitted: Session | undefined; // the same, once its feeds run
  private isFollowing = false;
  private isClosed = false;
  private readonly pause = new Pause();
  private rejected: string | undefined; // the last token that the server did not accept
  private failures = 0;
  private unauthenticated = 0;

  constructor(
    private readonly url: string,
    private readonly options: LiveConnectionOptions,
  ) {
    if ((options.token === undefined) === (options.apiKey === undefined)) {
      throw new TypeError("pass either token or apiKey, for example {token: new Login(url, username, password).token}");
    }
  }

  /** Keeps a mode up to date. Returns a function that ends it. A mode with the same key is replaced. */
  follow<Change>(mode: Mode<Change>, handlers: FeedHandlers<Change>): () => void {
    const feed = new Feed(mode, handlers);
    this.feeds.get(mode.key)?.close(true);
    this.feeds.set(mode.key, feed as unknown as Feed<never>);
    if (this.admitted !== undefined) void feed.run(this.admitted);
    this.connect();
    return () => {
      if ((this.feeds.get(mode.key) as unknown) === feed) this.feeds.delete(mode.key);
      feed.close();
    };
  }

  /** Connects, if it has not done so yet. */
  connect(): void {
    if (this.isFollowing || this.isClosed) return;
    this.isFollowing = true;
    void this.run().finally(() => (this.isFollowing = false));
  }

  /** Attempts to connect now: after the network has returned, or after the connection has ended for good. */
  retry(): void {
    this.failures = this.unauthenticated = 0;
    this.pause.end();
    this.connect();
  }

  /** Disconnects, and ends all feeds. */
  close(): void {
    this.isClosed = true;
    for (const feed of this.feeds.values()) feed.close(true);
    this.session?.end();
    this.pause.end();
  }

  /** Runs one session after another, until the connection is closed or fails for good. */
  private async run(): Promise<void> {
    while (!this.isClosed) {
      const error = await this.runSession();
      if (this.isClosed) return;
      const retrySeconds = this.delayAfter(error);
      this.report({ connected: false, detail: textOf(error), error, retrySeconds });
      if (retrySeconds === undefined) return;
      await this.pause.begin(retrySeconds * 1000);
    }
  }

  /** Runs all feeds until the connection ends. Returns the reason. */
  private async runSession(): Promise<unknown> {
    let credentials: Credentials | undefined;
    let reason: unknown;
    try {
      credentials = await this.credentials();
      if (this.isClosed) return new ConnectionEnded("closed");
      reason = await this.runFeeds(new Session(this.url, credentials, this.language()));
    } catch (error) {
      reason = error;
    }
    if (isUnauthenticated(reason)) this.rejected = credentials?.token ?? this.rejected;
    return reason;
  }

  private async runFeeds(session: Session): Promise<Error> {
    this.session = session;
    try {
      await session.connect();
      const since = performance.now();
      this.unauthenticated = 0;
      this.report({ connected: true, detail: "" });
      this.admitted = session;
      for (const feed of this.feeds.values()) void feed.run(session);
      const reason = await session.ended;
      if (performance.now() - since > LASTING_MILLISECONDS) this.failures = 0;
      return reason;
    } finally {
      this.admitted = undefined;
      session.end();
    }
  }

  private report(state: ConnectionState): void {
    if (!this.isClosed) callSafely(() => this.options.onState?.(state));
  }

  private async credentials(): Promise<Credentials> {
    const { token, apiKey } = this.options;
    if (apiKey !== undefined) return { api_key: apiKey };
    return { token: typeof token === "function" ? await token(this.rejected) : (token ?? "") };
  }

  private language(): string | undefined {
    const { language } = this.options;
    return typeof language === "function" ? language() : language;
  }

  /** Returns how long to wait before the next attempt, in seconds, or undefined if there is none. */
  private delayAfter(error: unknown): number | undefined {
    if ((error instanceof Rejected || error instanceof ConnectionEnded) && error.isPermanent) return undefined;
    const isRejected = error instanceof Rejected && error.problem.status === 401;
    if (isRejected && ++this.unauthenticated >= UNAUTHENTICATED_MAX) return undefined;
    const delay = backoffSeconds(this.failures, error);
    this.failures = Math.min(this.failures + 1, 10);
    return delay;
  }
}

function isUnauthenticated(error: unknown): boolean {
  if (error instanceof Rejected) return error.problem.status === 401;
  return error instanceof ConnectionEnded && (error.reason === "expired" || error.reason === "revoked");
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
