/** Live data for the pages: rows of device types, alarms, runs of jobs, and the state of the connection. */

export { default as ConnectionState } from "./ConnectionState.vue";
export { Live, useLive } from "./live";
export {
  type Alarm,
  type AlarmChange,
  type JobRun,
  type JobRunChange,
  type LiveAlarms,
  useAlarms,
  useJobRuns,
} from "./useEvents";
export {
  type Field,
  type Filters,
  type LiveRows,
  type Row,
  type TableStatus,
  type Update,
  useLiveDevices,
  useLiveTable,
} from "./useLiveTable";
