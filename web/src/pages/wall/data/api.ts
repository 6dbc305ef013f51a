/** The API with the key of the wall link. The session of the browser, if there is one, is neither used nor changed. */

import { type Alarm, type BoardStatus, type DeviceType, getBoardStatus, listAlarms, listTypes } from "@/api";
import { createClient } from "@/api/client";
import { typedError } from "@/session/errors";
import { unwrapped } from "@/session/requests";

/** A request that takes longer has failed, so that a connection that hangs does not stop the screen. */
const REQUEST_SECONDS_MAX = 10;
const TYPES_PAGE_SIZE = 500;
/** Both as those of the connection: the number of alarms must not depend on how they were read. */
const PAGE_SIZE = 200;
const PAGES_MAX = 50;

export interface WallApi {
  types(): Promise<readonly DeviceType[]>;
  status(typeCode: string, team: string | undefined): Promise<BoardStatus>;
  openAlarms(typeCode: string, team: string | undefined): Promise<readonly Alarm[]>;
}

/** @param onDate is called with the time of the server, in milliseconds, whenever it has answered. */
export function wallApi(apiKey: string, language: () => string, onDate: (date: number) => void): WallApi {
  const client = createClient({
    baseUrl: location.origin,
    headers: { "X-API-Key": apiKey },
    credentials: "omit",
    cache: "no-store",
    fetch: async (input, init) => {
      const response = await fetch(new Request(input, init), {
        signal: AbortSignal.timeout(REQUEST_SECONDS_MAX * 1000),
      });
      const date = Date.parse(response.headers.get("Date") ?? "");
      if (!Number.isNaN(date)) onDate(date);
      return response;
    },
  });
  client.interceptors.request.use((request) => {
    request.headers.set("Accept-Language", language());
    return request;
  });
  client.interceptors.error.use(typedError);

  return {
    types: async () => (await unwrapped(listTypes({ client, query: { page_size: TYPES_PAGE_SIZE } }))).items,
    status: (type_code, team_name) => unwrapped(getBoardStatus({ client, query: { type_code, team_name } })),
    openAlarms: async (type_code, team_name) => {
      const query = { type_code, team_name, open: true, page_size: PAGE_SIZE };
      const alarms: Alarm[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < PAGES_MAX; page++) {
        const { items, next_cursor } = await unwrapped(listAlarms({ client, query: { ...query, cursor } }));
        alarms.push(...items);
        if (next_cursor === null) break;
        cursor = next_cursor;
      }
      return alarms;
    },
  };
}
