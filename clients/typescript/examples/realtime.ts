/*
 * Follows a device type: prints one JSON object per line for each update, and all rows at the end (Ctrl-C).
 *
 *   ARCBEAT_USERNAME=vera ARCBEAT_PASSWORD=… node examples/dist/realtime.js http://localhost:8000 welding
 */
import { LiveTable, Login } from "@arcbeat/client";

function log(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

const [url, typeCode] = process.argv.slice(2);
if (url === undefined || typeCode === undefined) throw new Error("usage: realtime URL TYPE_CODE");
const login = new Login(url, process.env["ARCBEAT_USERNAME"] ?? "", process.env["ARCBEAT_PASSWORD"] ?? "");
const table = new LiveTable(url, typeCode, {
  token: login.token,
  onState: ({ connected, detail }) => log(connected ? "connected" : "disconnected", { detail }),
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => table.close());
for await (const { kind, since, seq, changed } of table) {
  log(kind, { since, seq, devices: table.rows.size, changed: [...changed].sort() });
}
log("end", { seq: table.position.seq, rows: Object.fromEntries(table.rows) });
