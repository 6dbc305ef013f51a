/** The client of arcbeat: tables that stay up to date, and a function per operation of the HTTP API (`rest`). */
export { ConnectionEnded, Rejected } from "./errors.js";
export type { Field, Problem, Row } from "./frames/index.js";
export type { Filters } from "./live/modes.js";
export type { Update } from "./live/rows.js";
export { type ConnectionState, LiveTable, type LiveTableOptions } from "./live/table.js";
export { Login, type TokenSource } from "./login.js";
export * as rest from "./rest/index.js";
