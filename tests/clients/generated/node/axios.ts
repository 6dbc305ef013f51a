/** Uses the client that openapi-generator makes for axios. See programs.py for what it prints. */

import { isAxiosError } from "axios";

import { AuthApi, Configuration, DevicesApi, ReadingsApi } from "./by_axios";
import type { DynamicRealTimePage, HistoryPage, Problem, WeldingRealTimePage } from "./by_axios";

const FROM = "2024-05-01T00:00:00Z";
const TO = "2024-05-01T01:00:00Z";
const result: Record<string, unknown> = {};

async function readPages(readings: ReadingsApi): Promise<void> {
  const welding = await readings.listLatest("welding", 1, 2, false, undefined, undefined, undefined, ["live", "never"]);
  const page = welding.data as WeldingRealTimePage;
  result.page = page.items.map((row) => [row.device_code, row.freshness, row.weld_current]);

  const answer = await readings.listLatest("cutting", 1, 2, true, undefined, undefined, undefined, ["live", "never"]);
  // The generator merges the alternatives of an anyOf into one interface.
  const cutting = answer.data as unknown as DynamicRealTimePage;
  result.fields = cutting.fields.map((field) => field.name);
  result.cutting = cutting.items.map((row) => [row.device_code, row.freshness, row.values]);
}

async function write(api: ReadingsApi): Promise<void> {
  const readings = [
    { device_code: "W1", ts: FROM, values: { weld_current: 150.25 } },
    { device_code: "W1", ts: "2024-05-01T00:01:00Z", values: { weld_current: 151.5 } },
    { device_code: "unknown", ts: FROM, values: { weld_current: 1 } },
  ];
  const { data } = await api.appendReadings({ type_code: "welding", readings });
  result.accepted = data.accepted;
  result.rejected = data.results.map((each) => [each.device_code, each.reason]);
}

async function readHistory(readings: ReadingsApi): Promise<void> {
  const rows: unknown[] = [];
  for (let cursor: string | undefined = undefined; ; ) {
    const fields = new Set(["weld_current", "device_status"]);
    const page: HistoryPage = (await readings.listHistory("W1", FROM, TO, fields, "asc", 1, cursor)).data;
    rows.push(...page.items.map((each) => each.values));
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  result.history = rows;

  const aggregates = new Set(["max", "count"] as const);
  const { data } = await readings.listWindows(new Set(["W1"]), FROM, new Set(["weld_current"]), TO, aggregates, "1h");
  result.window = data.series[0].windows[0].values.weld_current;
}

async function fail(devices: DevicesApi, readings: ReadingsApi): Promise<void> {
  const unknown = await problemOf(devices.getDevice("no/such"));
  result.problem = [unknown.status, unknown.type];
  const invalid = await problemOf(readings.exportHistory("W1", FROM, undefined, undefined, undefined, "csv", "No/Zone"));
  result.errors = [invalid.status, invalid.errors?.[0].location, invalid.errors?.[0].name];
}

async function problemOf(request: Promise<unknown>): Promise<Problem> {
  try {
    await request;
  } catch (error) {
    if (isAxiosError<Problem>(error) && error.response) return error.response.data;
    throw error;
  }
  throw new Error("the request did not fail");
}

async function exportFiles(readings: ReadingsApi): Promise<void> {
  for (const format of ["csv", "ndjson"] as const) {
    const options = { responseType: "text" } as const;
    const { data } = await readings.exportHistory("W1", FROM, TO, new Set(["weld_current"]), "asc", format, "UTC", "en", options);
    result[format] = String(data).trim().split("\n").length;
  }
}

async function main(basePath: string, username: string, password: string): Promise<void> {
  const { data } = await new AuthApi(new Configuration({ basePath })).issueToken("password", username, password);
  const configuration = new Configuration({ basePath, accessToken: data.access_token });
  const readings = new ReadingsApi(configuration);
  result.login = data.token_type;
  await readPages(readings);
  await write(readings);
  await readHistory(readings);
  await fail(new DevicesApi(configuration), readings);
  await exportFiles(readings);
  console.log(JSON.stringify(result));
}

const [url, username, password] = process.argv.slice(2);
void main(url, username, password);
