/** The newest readings of a device type, kept up to date while the component is mounted. */

import type { Field, Row } from "@arcbeat/client/frames/index.ts";
import { type Filters, Subscription, Viewing } from "@arcbeat/client/live/modes.ts";
import { merged, type Rows, type Update } from "@arcbeat/client/live/rows.ts";
import { type MaybeRefOrGetter, onScopeDispose, type ShallowRef, shallowRef, toValue, watch } from "vue";
import { useI18n } from "vue-i18n";
import { DataClock } from "./clock";
import { type Live, useLive } from "./live";
import { whenVisible } from "./visibility";

export type { Field, Filters, Row, Update };

/** `loading`: the rows are those of the choice before, or none; `failed`: the server rejects the choice, see `error`. */
export type TableStatus = "loading" | "live" | "failed";

/** Rows are not reactive: read them again whenever `version` changes, at most once per tick. */
export interface LiveRows {
  /** The rows by device code. The Map is changed in place, and replaced by snapshots. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Increases after the rows have changed. */
  readonly version: Readonly<ShallowRef<number>>;
  /** What the newest version changed; undefined for everything. */
  readonly update: Update | undefined;
  readonly fields: Readonly<ShallowRef<readonly Field[]>>;
  readonly status: Readonly<ShallowRef<TableStatus>>;
  /** Why the rows cannot be followed: a `Rejected` with the problem, or an error of the network. */
  readonly error: Readonly<ShallowRef<unknown>>;
  /** When the stores were queried, by the clock of the server. */
  readonly sampledAt: Readonly<ShallowRef<string>>;
  /** The stream and the number of the snapshot that the rows equal. */
  readonly position: { readonly streamId: string; readonly seq: number };
  /** Asks the server again after a failure. */
  retry(): void;
}

/** Follows all devices of a type that match the filters. Another filter needs no other connection. */
export function useLiveTable(
  typeCode: MaybeRefOrGetter<string | undefined>,
  filters?: MaybeRefOrGetter<Filters | undefined>,
): LiveRows {
  return useMode(() => {
    const type_code = toValue(typeCode);
    return type_code === undefined ? undefined : { type: "subscribe", request: { ...toValue(filters), type_code } };
  });
}

/** Follows some devices of a type, at most 500, with their master data. */
export function useLiveDevices(
  typeCode: MaybeRefOrGetter<string | undefined>,
  deviceCodes: MaybeRefOrGetter<readonly string[]>,
  filters?: MaybeRefOrGetter<Filters | undefined>,
): LiveRows {
  return useMode(() => {
    const type_code = toValue(typeCode);
    const device_codes = [...toValue(deviceCodes)];
    if (type_code === undefined || device_codes.length === 0) return undefined;
    return { type: "watch", request: { ...toValue(filters), type_code, device_codes, include: ["device"] } };
  });
}

type Choice =
  | { type: "subscribe"; request: ConstructorParameters<typeof Subscription>[0] }
  | { type: "watch"; request: ConstructorParameters<typeof Viewing>[0] };

function useMode(choose: () => Choice | undefined): LiveRows {
  const table = new FollowedRows(useLive());
  const { locale } = useI18n();
  // Compared as text: equal choices in other objects must not subscribe again. Labels are in the language of the page.
  const key = (): string => JSON.stringify([choose(), locale.value]);
  watch(
    key,
    () => {
      table.follow(choose());
    },
    { immediate: true },
  );
  onScopeDispose(
    whenVisible(() => {
      table.show();
    }),
  );
  onScopeDispose(() => {
    table.stop();
  });
  return table;
}

class FollowedRows implements LiveRows {
  readonly version = shallowRef(0);
  readonly fields = shallowRef<readonly Field[]>([]);
  readonly status = shallowRef<TableStatus>("loading");
  readonly error = shallowRef<unknown>();
  readonly sampledAt = shallowRef("");
  update: Update | undefined;
  private shown: Pick<Rows, "byCode" | "streamId" | "seq"> = { byCode: new Map(), streamId: "", seq: 0 };
  private choice: Choice | undefined;
  private pending: Update | undefined;
  private stopFollowing = (): void => {};

  constructor(private readonly live: Live) {}

  get rows(): ReadonlyMap<string, Row> {
    return this.shown.byCode;
  }

  get position(): { readonly streamId: string; readonly seq: number } {
    return this.shown;
  }

  follow(choice: Choice | undefined): void {
    this.stop();
    if (choice?.request.type_code !== this.choice?.request.type_code) this.clear();
    this.choice = choice;
    this.status.value = "loading";
    this.error.value = undefined;
    if (choice !== undefined) this.start(choice);
  }

  retry(): void {
    this.live.retry();
    if (this.status.value === "failed") this.follow(this.choice);
  }

  stop(): void {
    this.stopFollowing();
    this.stopFollowing = () => {};
  }

  /** Shows what has changed, unless the tab is hidden. */
  show(): void {
    if (this.pending === undefined || document.hidden) return;
    this.update = this.pending;
    this.pending = undefined;
    this.version.value += 1;
  }

  private start(choice: Choice): void {
    const mode = choice.type === "subscribe" ? new Subscription(choice.request) : new Viewing(choice.request);
    const clock = new DataClock();
    const stopClock = this.live.watchClock(clock);
    const stopMode = this.live.follow(mode, {
      onChange: (update) => {
        this.receive(mode.rows, clock, update);
      },
      onRejected: (error, isPermanent) => {
        this.reject(error, isPermanent);
      },
    });
    this.stopFollowing = () => {
      stopClock();
      stopMode();
    };
  }

  private receive(rows: Rows, clock: DataClock, update: Update): void {
    clock.note(rows.sampledAt, rows.tickSeconds);
    const complete = this.shown === rows ? update : this.withRemoved(update, rows);
    this.shown = rows;
    this.pending = this.pending === undefined ? complete : merged(this.pending, complete);
    if (this.fields.value !== rows.fields) this.fields.value = rows.fields;
    this.sampledAt.value = rows.sampledAt;
    this.status.value = "live";
    this.error.value = undefined;
    this.show();
  }

  /** Rows of the choice before are not in the first update of another one. */
  private withRemoved(update: Update, rows: Rows): Update {
    const removed = [...this.shown.byCode.keys()].filter((code) => !rows.byCode.has(code));
    return { ...update, removed: new Set([...update.removed, ...removed]) };
  }

  private reject(error: unknown, isPermanent: boolean): void {
    this.error.value = error;
    if (isPermanent) this.status.value = "failed";
  }

  private clear(): void {
    this.shown = { byCode: new Map(), streamId: "", seq: 0 };
    this.fields.value = [];
    this.sampledAt.value = "";
    this.update = this.pending = undefined;
    this.version.value += 1;
  }
}
