/** The address of a TDengine as the service takes it, and statements and settings with it, to be copied. */

export interface Address {
  host: string;
  port: number;
  user: string;
  database: string;
  tls: boolean;
}

/** The page does not ask for the password: it goes into the file without passing a browser. */
const PASSWORD = "PASSWORD";
export const FILE = "/etc/arcbeat/telemetry_url";

export function urlOf({ host, port, user, tls }: Address): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `${tls ? "tdengines" : "tdengine"}://${encodeURIComponent(user)}:${PASSWORD}@${name}:${String(port)}`;
}

/** A user of TDengine that reads, which is enough as long as no readings are sent through arcbeat. */
export function grantOf({ user, database }: Address): string {
  return `create user ${user} pass '${PASSWORD}';\ngrant read on ${database}.* to ${user};`;
}
