/** A table of newest readings that stays up to date until it is closed. */

import { ConnectionEnded, Rejected } from "../errors.js";
import type { Credentials, Field, Row } from "../frames/index.js";
import type { TokenSource } from "../login.js";
import { type Filters, type Mode, Subscription, Viewing } from "./modes.js";
import { merged, type Update } from "./rows.js";
import { Session } from "./session.js";

/** Delay before the second attempt to connect; it doubles with each failure. Randomly up to twice as long. */
const WAIT_SECONDS = 1;
const WAIT_SECONDS_MAX = 30;
/** Rejected credentials in a row after which the table ends: those of the source and those that it returns instead. */
const UNAUTHENTICATED_MAX = 2;

/** Whether the table is connected, and why not. */
export interface ConnectionState {
  readonly connected: boolean;
  readonly detail: string;
}

export interface LiveTableOptions {
  /** An access token, or a function that returns one, for example `login.token`. Pass either this or `apiKey`. */
  token?: string | TokenSource;
  apiKey?: string;
  /** Only the devices that match. */
  filters?: Filters;
  /** Only these devices, at most 500, by complete rows at every tick. */
  deviceCodes?: readonly string[];
  /** `["device"]` adds the master data to the rows of `deviceCodes`. */
  include?: readonly "device"[];
  /** Is called when the connection begins or ends. */
  onState?: (state: ConnectionState) => void;
}

/**
 * The newest readings of a device type, kept up to date over Socket.IO.
 *
 *     const table = new LiveTable(url, "welding", { token: new Login(url, username, password).token });
 *     for await (const update of table) console.log(update.changed, table.rows.get("W1")?.values);
 *
 * The loop connects, and connects again whenever the connection ends; the table then continues with the changes that it
 * missed. It yields after the rows have changed. Updates that it has not yielded yet are merged, so a slow reader costs no
 * memory. Leaving the loop, or `close()`, disconnects.
 *
 * The loop throws `Rejected` if the server rejects the request and would reject it again (unknown device type, missing scope,
 * invalid parameters, invalid credentials twice in a row), and `ConnectionEnded` if the server closes the connection because
 * of what this program sends.
 */
export class LiveTable implements AsyncIterable<Update> {
  private readonly mode: Mode;
  private readonly options: LiveTableOptions;
  private session: Session | undefined;
  private pending: Update | undefined;
  private started = false;
  private closed = false;
  private failure: unknown;
  private wakeReader = (): void => {};
  private wakeFollower = (): void => {};
  private rejected: string | undefined; // the last token that the server did not accept
  private failures = 0;
  private unauthenticated = 0;

  constructor(
    private readonly url: string,
    typeCode: string,
    options: LiveTableOptions,
  ) {
    const { token, apiKey, deviceCodes, include, filters } = options;
    if ((token === undefined) === (apiKey === undefined)) {
      throw new TypeError("LiveTable needs either token or apiKey, for example {token: new Login(url, username, password).token}");
    }
    if (include?.length && !deviceCodes?.length) {
      throw new TypeError("include needs deviceCodes: the rows of a whole device type have no master data");
    }
    this.options = options;
    this.mode = deviceCodes?.length
      ? new Viewing({ ...filters, type_code: typeCode, device_codes: [...deviceCodes], ...(include && { include: [...include] }) })
      : new Subscription({ ...filters, type_code: typeCode });
  }

  /** The rows by device code. */
  get rows(): ReadonlyMap<string, Row> {
    return this.mode.rows.byCode;
  }

  /** The fields of the device type with their labels, in order; empty for `deviceCodes`. */
  get fields(): readonly Field[] {
    return this.mode.rows.fields;
  }

  /** The stream and the number of the snapshot that the rows equal. */
  get position(): { readonly streamId: string; readonly seq: number } {
    const { streamId, seq } = this.mode.rows;
    return { streamId, seq };
  }

  /** Disconnects. The loop ends. */
  close(): void {
    this.closed = true;
    this.session?.close();
    this.wakeFollower();
    this.wakeReader();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Update, void, undefined> {
    if (this.started) throw new Error("a LiveTable has one loop; make another table for another loop");
    this.started = true;
    void this.follow().catch((error: unknown) => this.fail(error)); // an error of onState
    try {
      while (!this.closed) {
        const update = this.pending;
        this.pending = undefined;
        if (update !== undefined) yield update;
        else await new Promise<void>((resolve) => (this.wakeReader = resolve));
      }
      if (this.failure !== undefined) throw this.failure;
    } finally {
      this.close();
    }
  }

  /** Runs one session after another, until the table is closed or fails for good. */
  private async follow(): Promise<void> {
    while (!this.closed) {
      try {
        await this.runSession();
      } catch (error) {
        if (this.closed) return;
        this.options.onState?.({ connected: false, detail: error instanceof Error ? error.message : String(error) });
        const delay = this.delayAfter(error);
        if (delay === undefined) return this.fail(error);
        await this.wait(delay);
      }
    }
  }

  private fail(error: unknown): void {
    this.failure = error;
    this.close();
  }

  /** Follows until the connection ends, which is an error. */
  private async runSession(): Promise<never> {
    const credentials = await this.credentials();
    if (this.closed) throw new ConnectionEnded("closed");
    const session = new Session(this.url, credentials);
    this.session = session;
    try {
      await session.connect();
      this.publish(await this.mode.start(session));
      this.failures = this.unauthenticated = 0;
      this.options.onState?.({ connected: true, detail: "" });
      for (;;) this.publish(await this.mode.receive(session, await session.next()));
    } catch (error) {
      const isRejected =
        error instanceof Rejected ? error.problem.status === 401 : error instanceof ConnectionEnded && isRevoked(error);
      if (isRejected) this.rejected = credentials.token;
      throw error;
    } finally {
      session.close();
    }
  }

  private async credentials(): Promise<Credentials> {
    const { token, apiKey } = this.options;
    if (apiKey !== undefined) return { api_key: apiKey };
    return { token: typeof token === "function" ? await token(this.rejected) : (token ?? "") };
  }

  private publish(update: Update | undefined): void {
    if (update === undefined) return;
    this.pending = this.pending === undefined ? update : merged(this.pending, update);
    this.wakeReader();
  }

  /** Returns how long to wait before the next attempt, in seconds, or undefined if there is none. */
  private delayAfter(error: unknown): number | undefined {
    if ((error instanceof Rejected || error instanceof ConnectionEnded) && error.isPermanent) return undefined;
    const problem = error instanceof Rejected ? error.problem : undefined;
    if (problem?.status === 401 && ++this.unauthenticated >= UNAUTHENTICATED_MAX) return undefined;
    const delay = Math.min(WAIT_SECONDS * 2 ** this.failures, WAIT_SECONDS_MAX) * (1 + Math.random());
    this.failures = Math.min(this.failures + 1, 10);
    return Math.max(delay, problem?.retry_after_seconds ?? 0);
  }

  private wait(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.wakeFollower = () => (clearTimeout(timer), resolve());
    });
  }
}

function isRevoked({ reason }: ConnectionEnded): boolean {
  return reason === "expired" || reason === "revoked";
}
