/** The open alarms, at once over a connection of its own with the key of the link, and by requests while that is down. */

import { type ConnectionState, LiveConnection } from "@arcbeat/client/live/connection.ts";
import { OpenAlarms } from "@arcbeat/client/live/alarms.ts";
import type { Alarm } from "@/api";
import type { WallApi } from "./api";

/** While the connection is up; otherwise at each round. It corrects what a connection that died unnoticed has missed. */
const REREAD_SECONDS = 60;

export interface AlarmSource {
  apiKey: string;
  typeCode: string;
  team: string | undefined;
  language: () => string;
  onChange: (alarms: readonly Alarm[]) => void;
}

export class WallAlarms {
  private connection: LiveConnection | undefined;
  private isLive = false;
  private readAt = Number.NEGATIVE_INFINITY;
  /** Changes that the connection has brought. */
  private changes = 0;

  constructor(
    private readonly api: WallApi,
    private readonly source: AlarmSource,
  ) {}

  /** Connects if there is no connection, and reads the alarms if the connection does not bring them. */
  async refresh(): Promise<void> {
    this.connect();
    if (this.isLive && performance.now() - this.readAt < REREAD_SECONDS * 1000) return;
    const { typeCode, team } = this.source;
    const changes = this.changes;
    const alarms = await this.api.openAlarms(typeCode, team);
    this.readAt = performance.now();
    // What the connection has brought meanwhile is newer.
    if (changes === this.changes) this.source.onChange(alarms);
  }

  close(): void {
    this.connection?.close();
    this.connection = undefined;
    this.isLive = false;
  }

  /** Attempts to connect now, after the network has returned. */
  retry(): void {
    if (!this.isLive) this.connection?.retry();
  }

  private connect(): void {
    if (this.connection !== undefined) return;
    const { apiKey, language, typeCode, team } = this.source;
    const connection = new LiveConnection(location.origin, {
      apiKey,
      language,
      onState: (state) => {
        if (this.connection === connection) this.receive(state);
      },
    });
    this.connection = connection;
    const mode = new OpenAlarms(typeCode);
    connection.follow(mode, {
      onChange: () => {
        if (this.connection !== connection) return;
        this.isLive = true;
        this.changes += 1;
        this.source.onChange(
          [...mode.byDevice.values()].filter((each) => team === undefined || each.team_name === team),
        );
      },
    });
  }

  /** A connection that has ended for good, for example because the key was revoked, is made again at the next round. */
  private receive({ connected, retrySeconds }: ConnectionState): void {
    if (connected) return;
    this.isLive = false;
    if (retrySeconds === undefined) this.close();
  }
}
