/**
 * What the screen shows, read every 5 seconds, one request after the other. It never gives up: after an error the next round comes as
 * usual, and with a key that the server rejects, every minute.
 */

import { onScopeDispose, shallowReactive } from "vue";
import type { Alarm, BoardStatus, DeviceType } from "@/api";
import { typeNamed } from "@/components/types/typeNamed";
import { ApiError } from "@/session";
import { WallAlarms } from "./alarms";
import { type WallApi, wallApi } from "./api";
import { ServerClock } from "./clock";
import { inOrder } from "./order";
import { jittered, Rounds } from "./rounds";

const ROUND_SECONDS = 5;
const REJECTED_SECONDS = 60;
const JITTER = 0.1;
const REJECTED_JITTER = 0.25;
/** A changed threshold or list of states of the type is seen after this time. */
const TYPE_SECONDS = 300;

export interface WallState {
  /** The type is missing until it was read; so are the counts. */
  type?: DeviceType;
  status?: BoardStatus;
  /** In the order of the screen. */
  alarms: readonly Alarm[];
  /** When the alarms were known to be complete, by the clock of the server, in milliseconds; missing until then. */
  alarmsAt?: number;
  /** Why the last round failed. */
  failure?: unknown;
  /** The server rejects the key (401, 403); nothing is shown. */
  rejection?: ApiError;
  /** The server has no such type, or none at all. */
  isTypeUnknown: boolean;
}

export interface WallOptions {
  apiKey: string;
  typeCode: string | undefined;
  team: string | undefined;
  language: () => string;
}

export function useWall(options: WallOptions): { state: WallState; clock: ServerClock } {
  const clock = new ServerClock();
  const state = shallowReactive<WallState>({ alarms: [], isTypeUnknown: false });
  const reader = new WallReader(options, state, clock);
  const rounds = new Rounds(() => reader.round());
  const wake = (): void => {
    reader.retry();
    rounds.now();
  };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  rounds.now();
  onScopeDispose(() => {
    removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", wake);
    rounds.stop();
    reader.close();
  });
  return { state, clock };
}

class WallReader {
  private readonly api: WallApi;
  private alarms: WallAlarms | undefined;
  private typeReadAt = 0;

  constructor(
    private readonly options: WallOptions,
    private readonly state: WallState,
    private readonly clock: ServerClock,
  ) {
    this.api = wallApi(options.apiKey, options.language, (date) => {
      clock.set(date);
    });
  }

  /** Reads everything once; returns the seconds until the next round. */
  async round(): Promise<number> {
    const { state } = this;
    try {
      await this.read();
      state.failure = undefined;
    } catch (error) {
      state.failure = error;
      if (isRejection(error)) {
        this.forget(error);
        return jittered(REJECTED_SECONDS, REJECTED_JITTER);
      }
    }
    return jittered(ROUND_SECONDS, JITTER);
  }

  retry(): void {
    this.alarms?.retry();
  }

  close(): void {
    this.alarms?.close();
    this.alarms = undefined;
  }

  private async read(): Promise<void> {
    const type = await this.readType();
    this.state.isTypeUnknown = type === undefined;
    if (type === undefined) return;
    this.state.status = await this.api.status(type.type_code, this.options.team);
    this.state.rejection = undefined;
    this.alarms ??= this.follow(type.type_code);
    await this.alarms.refresh();
    this.state.alarmsAt = this.clock.at(Date.now());
  }

  private async readType(): Promise<DeviceType | undefined> {
    const { state } = this;
    if (state.type !== undefined && performance.now() - this.typeReadAt < TYPE_SECONDS * 1000) return state.type;
    this.typeReadAt = performance.now();
    const found = await this.findType();
    if (found?.type_code !== state.type?.type_code) this.clear();
    return (state.type = found);
  }

  /** A known type remains while it cannot be read, because its counts may be readable. */
  private async findType(): Promise<DeviceType | undefined> {
    const wanted = this.options.typeCode;
    try {
      const types = await this.api.types();
      return wanted === undefined ? types[0] : typeNamed(wanted, types);
    } catch (error) {
      if (this.state.type === undefined || isRejection(error)) throw error;
      return this.state.type;
    }
  }

  private follow(typeCode: string): WallAlarms {
    const { apiKey, team, language } = this.options;
    return new WallAlarms(this.api, {
      apiKey,
      team,
      language,
      typeCode,
      onChange: (alarms) => {
        this.state.alarms = inOrder(alarms);
        this.state.alarmsAt = this.clock.at(Date.now());
      },
    });
  }

  /** What the key may not read any more is not shown any more. */
  private forget(rejection: ApiError): void {
    this.clear();
    this.state.type = undefined;
    this.state.rejection = rejection;
  }

  private clear(): void {
    this.close();
    this.state.status = undefined;
    this.state.alarms = [];
    this.state.alarmsAt = undefined;
  }
}

function isRejection(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}
