/** LiveTable and Login against a running service; tests/clients/typescript.py of the repository starts it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { type ConnectionState, LiveTable, Login, Rejected, rest, type Update } from "@arcbeat/client";

const { ARCBEAT_URL: url = "", ARCBEAT_USERNAME: username = "", ARCBEAT_PASSWORD: password = "" } = process.env;
const PATIENCE = { timeout: 60_000 };
const login = new Login(url, username, password);
const client = login.client();

async function register(device_code: string, device_type: string, team_name: string): Promise<void> {
  const body = { device_code, device_name: `name of ${device_code}`, device_type, team_name };
  await rest.createDevice({ client, body, throwOnError: true });
}

async function append(device_code: string, type_code: string, values: Record<string, string | number>): Promise<void> {
  const readings = [{ device_code, ts: new Date().toISOString(), values }];
  const { data } = await rest.appendReadings({ client, body: { type_code, readings }, throwOnError: true });
  assert.equal(data.accepted, 1);
}

async function untilRows(table: LiveTable, holds: (update: Update) => boolean): Promise<void> {
  for await (const update of table) if (holds(update)) return;
  assert.fail("the table ended");
}

test("a filtered table equals the filtered page", PATIENCE, async () => {
  await register("F1", "cutting", "班组一");
  await register("F2", "cutting", "班组一");
  await append("F1", "cutting", { device_status: "切割" });
  const filters = { team_name: "班组一", device_status: ["切割"] };
  const table = new LiveTable(url, "cutting", { token: login.token, filters });

  let isSwapped = false;
  await untilRows(table, () => {
    const codes = [...table.rows.keys()].join();
    if (codes === "F1" && !isSwapped) {
      isSwapped = true;
      void append("F2", "cutting", { device_status: "切割" }).then(() => append("F1", "cutting", { device_status: "待机" }));
    }
    return isSwapped && codes === "F2";
  });

  const query = { type_code: "cutting", use_dynamic_fields: true, ...filters };
  const page = await rest.listLatest({ client, query, throwOnError: true });
  const items = (page.data as rest.DynamicRealTimePage).items;
  assert.deepEqual(items.map((each) => [each.device_code, each.values]), [...table.rows].map(([code, each]) => [code, each.values]));
});

test("a table of chosen devices has complete rows with master data", PATIENCE, async () => {
  await register("V1", "welding", "班组二");
  await register("V2", "welding", "班组二");
  const table = new LiveTable(url, "welding", { token: login.token, deviceCodes: ["V2", "V1"], include: ["device"] });

  let isSent = false;
  await untilRows(table, (update) => {
    assert.equal(update.kind, "view");
    if (!isSent) void append("V1", "welding", { weld_current: 12.5 });
    isSent = true;
    return table.rows.get("V1")?.values["weld_current"] === 12.5;
  });

  assert.deepEqual([...table.rows.keys()], ["V2", "V1"]);
  assert.equal(table.rows.get("V1")?.device?.team_name, "班组二");
});

test("it asks for another token when its own was revoked, and continues", PATIENCE, async () => {
  const other = new Login(url, username, password);
  const rejected: (string | undefined)[] = [];
  const token = (last?: string): Promise<string> => (rejected.push(last), other.token(last));
  const first = await other.token();
  let connections = 0;
  // A reading, because a connection that returns before the next tick has missed nothing.
  const onState = ({ connected }: ConnectionState): void => {
    if (connected && ++connections === 2) void append("F2", "cutting", { device_status: "切割" });
  };
  const table = new LiveTable(url, "cutting", { token, onState });

  await untilRows(table, ({ kind, changed }) => {
    if (kind === "snapshot" && connections === 1) void rest.logOut({ client: other.client() });
    return connections === 2 && changed.has("F2");
  });

  assert.deepEqual(rejected, [undefined, first]);
});

test("an unknown device type ends the table", PATIENCE, async () => {
  const table = new LiveTable(url, "no-such-type", { token: login.token });

  const failure = await untilRows(table, () => true).catch((error: unknown) => error);

  assert.ok(failure instanceof Rejected);
  assert.equal(failure.problem.type, "urn:arcbeat:problem:unknown-device-type");
});

test("credentials that are rejected twice end the table", PATIENCE, async () => {
  const failure = await untilRows(new LiveTable(url, "welding", { token: "no-token" }), () => true).catch((error: unknown) => error);

  assert.ok(failure instanceof Rejected);
  assert.equal(failure.problem.status, 401);
});

test("a closed table ends its reader", PATIENCE, async () => {
  const table = new LiveTable(url, "welding", { token: login.token });

  for await (const _ of table) table.close();
});

test("an error of onState ends the table", PATIENCE, async () => {
  const onState = (): never => {
    throw new RangeError("of the page");
  };
  const table = new LiveTable(url, "welding", { token: "no-token", onState });

  await assert.rejects(untilRows(table, () => true), RangeError);
});

test("a table has one loop", PATIENCE, async () => {
  const table = new LiveTable(url, "welding", { token: login.token });
  await untilRows(table, () => true);

  await assert.rejects(untilRows(table, () => true), /one loop/);
});

test("a wrong password is rejected with the problem", PATIENCE, async () => {
  const failure = await new Login(url, username, "wrong").token().catch((error: unknown) => error);

  assert.ok(failure instanceof Rejected);
  assert.equal(failure.problem.type, "urn:arcbeat:problem:invalid-credentials");
});

test("it needs credentials of one kind", () => {
  assert.throws(() => new LiveTable(url, "welding", {}), /either token or apiKey/);
});
