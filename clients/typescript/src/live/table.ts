/** A table of newest readings that stays up to date until it is closed. */

import type { Field, Row } from "../frames/index.js";
import type { TokenSource } from "../login.js";
import { type ConnectionState, LiveConnection } from "./connection.js";
import { type Filters, Subscription, Viewing } from "./modes.js";
import { merged, type Update } from "./rows.js";

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
  private readonly mode: Subscription | Viewing;
  private readonly connection: LiveConnection;
  private pending: Update | undefined;
  private started = false;
  private closed = false;
  private failure: unknown;
  private wakeReader = (): void => {};

  constructor(
    url: string,
    typeCode: string,
    private readonly options: LiveTableOptions,
  ) {
    const { token, apiKey, deviceCodes, include, filters } = options;
    if ((token === undefined) === (apiKey === undefined)) {
      throw new TypeError("LiveTable needs either token or apiKey, for example {token: new Login(url, username, password).token}");
    }
    if (include?.length && !deviceCodes?.length) {
      throw new TypeError("include needs deviceCodes: the rows of a whole device type have no master data");
    }
    const onState = (state: ConnectionState): void => this.handleState(state);
    this.connection = new LiveConnection(url, { ...(token !== undefined && { token }), ...(apiKey !== undefined && { apiKey }), onState });
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
    this.connection.close();
    this.wakeReader();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Update, void, undefined> {
    if (this.started) throw new Error("a LiveTable has one loop; make another table for another loop");
    this.started = true;
    this.follow();
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

  private follow(): void {
    this.connection.follow(this.mode, {
      onChange: (update) => this.publish(update),
      onStarted: () => this.report({ connected: true, detail: "" }),
      onRejected: (error, isPermanent) => {
        this.report({ connected: false, detail: error instanceof Error ? error.message : String(error) });
        if (isPermanent) this.fail(error);
      },
    });
  }

  /** The table is connected when its rows are up to date, which is later than its connection. */
  private handleState(state: ConnectionState): void {
    if (state.connected) return;
    this.report({ connected: false, detail: state.detail });
    if (state.retrySeconds === undefined) this.fail(state.error);
  }

  private report(state: ConnectionState): void {
    try {
      if (!this.closed) this.options.onState?.(state);
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (this.closed) return;
    this.failure = error;
    this.close();
  }

  private publish(update: Update): void {
    this.pending = this.pending === undefined ? update : merged(this.pending, update);
    this.wakeReader();
  }
}
