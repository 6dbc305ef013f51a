/** LiveConnection against a running service; tests/clients/typescript.py of the repository starts it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ChangingRuns,
  type ConnectionState,
  LiveConnection,
  Login,
  type Mode,
  OpenAlarms,
  Rejected,
  rest,
  Subscription,
  Viewing,
} from "@arcbeat/client";

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
  await rest.appendReadings({ client, body: { type_code, readings }, throwOnError: true });
}

/** Runs a test with a connection, and gives it what the connection reported. */
async function connected(run: (connection: LiveConnection, states: ConnectionState[]) => Promise<void>): Promise<void> {
  const states: ConnectionState[] = [];
  const connection = new LiveConnection(url, { token: login.token, onState: (state) => states.push(state) });
  try {
    await run(connection, states);
  } finally {
    connection.close();
  }
}

/** Follows a mode until it holds something. Returns a function that ends it. */
function until<Change>(connection: LiveConnection, mode: Mode<Change>, holds: (change: Change) => boolean): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const stop = connection.follow(mode, {
      onChange: (change) => holds(change) && queueMicrotask(() => resolve(stop)),
      onRejected: (error) => reject(error),
    });
  });
}

test("another filter needs no other connection", PATIENCE, async () => {
  await register("C1", "cutting", "切割一班");
  await register("C2", "cutting", "切割二班");
  await connected(async (connection, states) => {
    const [first, second] = ["切割一班", "切割二班"].map((team_name) => new Subscription({ type_code: "cutting", team_name }));
    assert.ok(first !== undefined && second !== undefined);

    await until(connection, first, () => true);
    await until(connection, second, () => true);
    await append("C1", "cutting", { power_kw: 1 });
    await append("C2", "cutting", { power_kw: 2 });
    await until(connection, second, () => second.rows.byCode.get("C2")?.values["power_kw"] === 2);

    assert.deepEqual([...second.rows.byCode.keys()], ["C2"]);
    assert.notEqual(first.rows.byCode.get("C1")?.values["power_kw"], 1);
    assert.deepEqual(states, [{ connected: true, detail: "" }]);
  });
});

test("rows, a view, alarms and runs share a connection", PATIENCE, async () => {
  await register("C3", "welding", "焊接一班");
  await connected(async (connection, states) => {
    const rows = new Subscription({ type_code: "welding" });
    const view = new Viewing({ type_code: "welding", device_codes: ["C3"] });
    const alarms = new OpenAlarms("welding");
    await Promise.all([
      until(connection, rows, () => true),
      until(connection, view, () => true),
      until(connection, new ChangingRuns({}), ({ kind }) => kind === "active"),
      until(connection, alarms, ({ kind }) => kind === "open"),
    ]);

    await append("C3", "welding", { device_status: "报警" });
    await Promise.all([
      until(connection, rows, () => rows.rows.byCode.get("C3")?.values["device_status"] === "报警"),
      until(connection, view, () => view.rows.byCode.get("C3")?.values["device_status"] === "报警"),
      until(connection, alarms, () => alarms.byDevice.get("C3")?.state === "报警"),
    ]);

    assert.deepEqual(states, [{ connected: true, detail: "" }]);
  });
});

test("a rejected feed leaves the others alone", PATIENCE, async () => {
  await connected(async (connection, states) => {
    const failure = await until(connection, new Subscription({ type_code: "no-such-type" }), () => true).catch((error: unknown) => error);
    await until(connection, new Subscription({ type_code: "cutting" }), () => true);

    assert.ok(failure instanceof Rejected);
    assert.equal(failure.problem.type, "urn:arcbeat:problem:unknown-device-type");
    assert.deepEqual(states, [{ connected: true, detail: "" }]);
  });
});

test("a feed that has ended receives nothing, and can begin again", PATIENCE, async () => {
  await connected(async (connection) => {
    const ended = new Subscription({ type_code: "cutting" });
    (await until(connection, ended, () => true))();
    const { seq } = ended.rows;

    const other = new Subscription({ type_code: "cutting" });
    await until(connection, other, () => other.rows.seq > seq + 1);

    assert.equal(ended.rows.seq, seq);
  });
});

test("labels are in the language of the connection", PATIENCE, async () => {
  const labels = await Promise.all(
    ["zh-CN", "en"].map(async (language) => {
      const connection = new LiveConnection(url, { token: login.token, language });
      const rows = new Subscription({ type_code: "welding" });
      await until(connection, rows, () => true);
      connection.close();
      return rows.rows.fields.map((field) => field.label).join();
    }),
  );

  assert.notEqual(labels[0], labels[1]);
});

test("after invalid credentials the connection ends until it is asked to retry", PATIENCE, async () => {
  const states: ConnectionState[] = [];
  const tokens = ["no-token", "no-token", await login.token()];
  let onState = (_: ConnectionState): void => {};
  const connection = new LiveConnection(url, {
    token: () => tokens.shift() ?? "",
    onState: (state) => (states.push(state), onState(state)),
  });
  const ended = new Promise<void>((resolve) => (onState = ({ retrySeconds }) => retrySeconds === undefined && resolve()));
  connection.connect();
  await ended;

  await new Promise<void>((resolve) => {
    onState = (state) => state.connected && resolve();
    setImmediate(() => connection.retry());
  });

  assert.deepEqual(states.map((state) => state.connected), [false, false, true]);
  connection.close();
});

test("it needs credentials of one kind", () => {
  assert.throws(() => new LiveConnection(url, {}), /either token or apiKey/);
});
