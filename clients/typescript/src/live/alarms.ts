/** The alarms of a device type that are open. */

import type { AcknowledgedAlarm, AcknowledgedAlarms, Alarms, SubscribedAlarms } from "../frames/index.js";
import type { Alarm, AlarmPage } from "../rest/types.gen.js";
import type { Frame } from "./inbox.js";
import type { Mode } from "./modes.js";
import type { Asking } from "./session.js";

/** What changed in the open alarms. */
export interface AlarmChange {
  /** `open`: all alarms were replaced by those that are open now. */
  readonly kind: "open" | "opened" | "closed" | "acknowledged";
  /** Codes of the devices whose alarms have changed. */
  readonly devices: ReadonlySet<string>;
  /** The alarms that have ended, with the acknowledgements that are known. */
  readonly closed?: readonly Alarm[];
  /** The present acknowledgements of alarms, of those that have ended too. */
  readonly acknowledged?: readonly AcknowledgedAlarm[];
}

/** As many as the API allows. */
const PAGE_SIZE = 200;
/** Further pages of open alarms are not read. */
const PAGES_MAX = 50;

/** Follows the alarms of a device type. A device has at most one open alarm. */
export class OpenAlarms implements Mode<AlarmChange> {
  readonly key: string;
  readonly tickSeconds = undefined;
  /** The open alarms by device code. */
  byDevice = new Map<string, Alarm>();
  private typeCode: string | undefined; // not an alias

  constructor(private readonly requestedCode: string) {
    this.key = `subscribe_alarms ${requestedCode}`;
  }

  accepts({ event, payload }: Frame): boolean {
    if (event !== "alarm_opened" && event !== "alarm_closed" && event !== "alarm_acknowledged") return false;
    return this.typeCode === undefined || payload.type_code === this.typeCode;
  }

  async start(session: Asking): Promise<AlarmChange> {
    const { type_code, alarms_url } = await session.ask<SubscribedAlarms>("subscribe_alarms", { type_code: this.requestedCode });
    this.typeCode = type_code;
    const before = this.byDevice;
    this.byDevice = new Map((await allPages(session, alarms_url)).map((alarm) => [alarm.device_code, alarm]));
    return { kind: "open", devices: new Set([...before.keys(), ...this.byDevice.keys()]) };
  }

  async receive(session: Asking, { event, payload }: Frame): Promise<AlarmChange | undefined> {
    if ("missed" in payload && payload.missed) return this.start(session);
    if (event === "alarm_acknowledged") return this.acknowledge(payload);
    if (event === "alarm_opened") return this.open(payload);
    return event === "alarm_closed" ? this.closeAll(payload) : undefined;
  }

  stop(session: Asking): Promise<unknown> {
    return session.ask("unsubscribe_alarms", { type_code: this.requestedCode });
  }

  private open({ items }: Alarms): AlarmChange {
    for (const alarm of items) {
      // An alarm that is listed already keeps its acknowledgement, which events do not have.
      const { acknowledgement = null } = this.byDevice.get(alarm.device_code) ?? {};
      const isKnown = this.byDevice.get(alarm.device_code)?.start === alarm.start;
      this.byDevice.set(alarm.device_code, { ...alarm, acknowledgement: isKnown ? acknowledgement : null });
    }
    return { kind: "opened", devices: codesOf(items) };
  }

  private closeAll({ items }: Alarms): AlarmChange {
    return { kind: "closed", devices: codesOf(items), closed: items.map((alarm) => this.close(alarm)) };
  }

  private close(alarm: Alarms["items"][number]): Alarm {
    const known = this.byDevice.get(alarm.device_code);
    // The next alarm of the device may be listed already.
    if (known === undefined || !isAtOrBefore(known.start, alarm.start)) return alarm;
    this.byDevice.delete(alarm.device_code);
    return { ...alarm, acknowledgement: known.acknowledgement };
  }

  private acknowledge({ items }: AcknowledgedAlarms): AlarmChange {
    for (const { device_code, start, acknowledgement } of items) {
      const alarm = this.byDevice.get(device_code);
      // It may be about an alarm of the device that has ended.
      if (alarm !== undefined && isAtOrBefore(alarm.start, start)) this.byDevice.set(device_code, { ...alarm, acknowledgement });
    }
    return { kind: "acknowledged", devices: codesOf(items), acknowledged: items };
  }
}

/** Compares instants, not texts: one may have a fraction of a second. */
function isAtOrBefore(one: string, other: string): boolean {
  return Date.parse(one) <= Date.parse(other);
}

function codesOf(items: readonly { device_code: string }[]): ReadonlySet<string> {
  return new Set(items.map((each) => each.device_code));
}

async function allPages(session: Asking, url: string): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  const first = `${url}&page_size=${PAGE_SIZE}`;
  let next: string | undefined = first;
  for (let page = 0; next !== undefined && page < PAGES_MAX; page++) {
    const { items, next_cursor } = (await session.fetch(next)) as AlarmPage;
    alarms.push(...items);
    next = next_cursor === null ? undefined : `${first}&cursor=${encodeURIComponent(next_cursor)}`;
  }
  return alarms;
}
