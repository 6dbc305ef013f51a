/** The client of arcbeat: tables that stay up to date, and a function per operation of the HTTP API (`rest`). */
export { ConnectionEnded, Rejected } from "./errors.js";
export type { Field, Problem, Row } from "./frames/index.js";
export { type AlarmChange, OpenAlarms } from "./live/alarms.js";
export { type ConnectionState, LiveConnection, type LiveConnectionOptions } from "./live/connection.js";
export type { FeedHandlers } from "./live/feed.js";
export { ChangingRuns, type JobRunChange } from "./live/job-runs.js";
export { type Filters, type Mode, Subscription, Viewing } from "./live/modes.js";
export type { Update } from "./live/rows.js";
export { LiveTable, type LiveTableOptions } from "./live/table.js";
export { Login, type TokenSource } from "./login.js";
export * as rest from "./rest/index.js";
