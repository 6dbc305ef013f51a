/** Alarms and runs of jobs, over the connection of the page. */

import type { JobRun } from "@arcbeat/client/frames/index.ts";
import { type AlarmChange, OpenAlarms } from "@arcbeat/client/live/alarms.ts";
import { ChangingRuns, type JobRunChange } from "@arcbeat/client/live/job-runs.ts";
import type { Mode } from "@arcbeat/client/live/modes.ts";
import type { Alarm } from "@arcbeat/client/rest/types.gen.ts";
import { type MaybeRefOrGetter, onScopeDispose, type ShallowRef, shallowRef, toValue, watch } from "vue";
import { useLive } from "./live";

export type { Alarm, AlarmChange, JobRun, JobRunChange };

export interface LiveAlarms {
  /** The open alarms by device code. Not reactive: read it again whenever `version` changes. */
  readonly byDevice: ReadonlyMap<string, Alarm>;
  readonly version: Readonly<ShallowRef<number>>;
  /** Whether the alarms of the type have been read. */
  readonly hasArrived: Readonly<ShallowRef<boolean>>;
}

/** Follows the open alarms of a device type while the component is mounted. */
export function useAlarms(typeCode: MaybeRefOrGetter<string | undefined>): LiveAlarms {
  const version = shallowRef(0);
  const hasArrived = shallowRef(false);
  let alarms: OpenAlarms | undefined;

  function choose(): OpenAlarms | undefined {
    const code = toValue(typeCode);
    alarms = code === undefined ? undefined : new OpenAlarms(code);
    hasArrived.value = false;
    version.value += 1;
    return alarms;
  }

  useChosenMode(
    () => toValue(typeCode),
    choose,
    () => {
      hasArrived.value = true;
      version.value += 1;
    },
  );
  return {
    version,
    hasArrived,
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
): void {
  function choose(): ChangingRuns {
    const names = toValue(jobs);
    return new ChangingRuns(names?.length ? { jobs: [...names] } : {});
  }

  useChosenMode(() => JSON.stringify(toValue(jobs)), choose, onChange);
}

/** Follows one mode at a time while the component is mounted: that of `choose`, which is called whenever `key` changes. */
function useChosenMode<Change>(
  key: () => string | undefined,
  choose: () => Mode<Change> | undefined,
  onChange: (change: Change) => void,
): void {
  const live = useLive();
  let stop = (): void => {};

  function follow(): void {
    stop();
    const mode = choose();
    stop = mode === undefined ? () => {} : live.follow(mode, { onChange });
  }

  watch(key, follow, { immediate: true });
  onScopeDispose(() => {
    stop();
  });
}
