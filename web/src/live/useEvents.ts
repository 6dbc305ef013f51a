/** Alarms and runs of jobs, over the connection of the page. */

import type { JobRun } from "@arcbeat/client/frames/index.ts";
import { type AlarmChange, OpenAlarms } from "@arcbeat/client/live/alarms.ts";
import { ChangingRuns, type JobRunChange } from "@arcbeat/client/live/job-runs.ts";
import type { Alarm } from "@arcbeat/client/rest/types.gen.ts";
import { type MaybeRefOrGetter, onScopeDispose, type ShallowRef, shallowRef, toValue, watch } from "vue";
import { useLive } from "./live";

export type { Alarm, AlarmChange, JobRun, JobRunChange };

export interface LiveAlarms {
  /** The open alarms by device code. Not reactive: read it again whenever `version` changes. */
  readonly byDevice: ReadonlyMap<string, Alarm>;
  readonly version: Readonly<ShallowRef<number>>;
  readonly error: Readonly<ShallowRef<unknown>>;
}

/** Follows the open alarms of a device type while the component is mounted. */
export function useAlarms(typeCode: MaybeRefOrGetter<string | undefined>): LiveAlarms {
  const live = useLive();
  const version = shallowRef(0);
  const error = shallowRef<unknown>();
  let alarms: OpenAlarms | undefined;
  let stop = (): void => {};

  function follow(code: string | undefined): void {
    stop();
    error.value = undefined;
    alarms = code === undefined ? undefined : new OpenAlarms(code);
    version.value += 1;
    if (alarms === undefined) stop = () => {};
    else
      stop = live.follow(alarms, {
        onChange: () => (version.value += 1),
        onRejected: (reason) => (error.value = reason),
      });
  }

  watch(() => toValue(typeCode), follow, { immediate: true });
  onScopeDispose(() => {
    stop();
  });
  return {
    version,
    error,
    get byDevice() {
      return alarms?.byDevice ?? new Map<string, Alarm>();
    },
  };
}

/**
 * Calls back with the runs that have not ended, at first and after each reconnection, then with each run that has changed.
 * With `missed`, lists of runs must be read again.
 */
export function useJobRuns(
  onChange: (change: JobRunChange) => void,
  jobs?: MaybeRefOrGetter<readonly string[] | undefined>,
): { readonly error: Readonly<ShallowRef<unknown>> } {
  const live = useLive();
  const error = shallowRef<unknown>();
  let stop = (): void => {};

  function follow(): void {
    stop();
    const names = toValue(jobs);
    const mode = new ChangingRuns(names?.length ? { jobs: [...names] } : {});
    stop = live.follow(mode, { onChange, onRejected: (reason) => (error.value = reason) });
  }

  watch(() => JSON.stringify(toValue(jobs)), follow, { immediate: true });
  onScopeDispose(() => {
    stop();
  });
  return { error };
}
