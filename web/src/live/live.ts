/** The connection to the live data that all parts of the page share. It is open while something uses it. */

import { ConnectionEnded } from "@arcbeat/client/errors.ts";
import { type ConnectionState, LiveConnection, type LiveConnectionOptions } from "@arcbeat/client/live/connection.ts";
import type { FeedHandlers } from "@arcbeat/client/live/feed.ts";
import type { Mode } from "@arcbeat/client/live/modes.ts";
import { type App, inject, type InjectionKey, type ShallowRef, shallowRef } from "vue";
import type { DataClock } from "./clock";

/**
 * `ended`: the server rejects the credentials, so there is no further attempt.
 * `offline`: the browser has no network at all.
 */
export type LinkStatus = "connecting" | "connected" | "reconnecting" | "offline" | "ended";

export interface Link {
  readonly status: LinkStatus;
  /** Why the connection was lost. */
  readonly error?: unknown;
}

const LIVE: InjectionKey<Live> = Symbol("live");

export class Live {
  readonly link: Readonly<ShallowRef<Link>>;
  /** The clocks of the rows that are on show. */
  readonly clocks = shallowRef<readonly DataClock[]>([]);
  private readonly state = shallowRef<Link>({ status: "connecting" });
  private connection: LiveConnection | undefined;
  private users = 0;

  constructor(
    private readonly url: string,
    private readonly options: Pick<LiveConnectionOptions, "token" | "language">,
  ) {
    this.link = this.state;
    addEventListener("online", () => {
      this.retry();
    });
    addEventListener("offline", () => {
      this.setOffline();
    });
  }

  install(app: App): void {
    app.provide(LIVE, this);
  }

  /** Keeps the connection open until the returned function is called. */
  hold(): () => void {
    this.users += 1;
    this.opened();
    return () => {
      this.users -= 1;
      if (this.users === 0) this.close();
    };
  }

  /** Keeps a mode up to date until the returned function is called. */
  follow<Change>(mode: Mode<Change>, handlers: FeedHandlers<Change>): () => void {
    const release = this.hold();
    const stop = this.opened().follow(mode, handlers);
    return () => {
      stop();
      release();
    };
  }

  /** Counts the age of some rows until the returned function is called. */
  watchClock(clock: DataClock): () => void {
    this.clocks.value = [...this.clocks.value, clock];
    return () => {
      this.clocks.value = this.clocks.value.filter((each) => each !== clock);
    };
  }

  /** Attempts to connect now. */
  retry(): void {
    if (this.state.value.status !== "connected") this.connection?.retry();
  }

  private opened(): LiveConnection {
    if (this.connection !== undefined) return this.connection;
    const connection = new LiveConnection(this.url, {
      ...this.options,
      onState: (state) => {
        if (this.connection === connection) this.receive(state);
      },
    });
    this.connection = connection;
    this.state.value = { status: navigator.onLine ? "connecting" : "offline" };
    connection.connect();
    return connection;
  }

  private close(): void {
    this.connection?.close();
    this.connection = undefined;
  }

  private receive({ connected, error, retrySeconds }: ConnectionState): void {
    if (connected) this.state.value = { status: "connected" };
    // The next connection has another token; until it fails, nothing is wrong.
    else if (isExpired(error)) return;
    else if (retrySeconds === undefined) this.state.value = { status: "ended", error };
    else this.state.value = { status: navigator.onLine ? "reconnecting" : "offline", error };
  }

  private setOffline(): void {
    if (this.state.value.status !== "connected") this.state.value = { status: "offline" };
  }
}

/** Returns the connection of the application. */
export function useLive(): Live {
  const live = inject(LIVE);
  if (live === undefined) throw new Error("the application has no connection: app.use(new Live(…))");
  return live;
}

function isExpired(error: unknown): boolean {
  return error instanceof ConnectionEnded && error.reason === "expired";
}
