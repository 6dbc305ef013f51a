/** The data of the chart. While a finer or newer range is loaded, the one before stays. */

import { keepPreviousData } from "@tanstack/vue-query";
import { computed, type Ref, shallowRef, watch } from "vue";
import type { DeviceType } from "@/api";
import { useQuery } from "@/app/useQuery";
import { type ChartData, loadChart } from "./data/loading";
import { intervalLength } from "./data/points";
import { DEFAULT_PRESET, pastOf, presetRange } from "./data/range";
import type { ChartRange } from "./useRange";

const PACE_MILLISECONDS_MIN = 5_000;
const PACE_MILLISECONDS_MAX = 60_000;
const PIXELS_PER_POINT = 2;
/** Small changes of the width load nothing again. */
const POINTS_STEP = 100;
const POINTS_MAX = 1500;

interface ChartInput {
  readonly code: string;
  readonly type: DeviceType;
  readonly fields: Readonly<Ref<readonly string[]>>;
  /** Of the picture, in pixels; 0 before it is laid out. */
  readonly width: Readonly<Ref<number>>;
  readonly range: ChartRange;
  readonly clock: Readonly<Ref<number>>;
}

export function useChartData({ code, type, fields, width, range, clock }: ChartInput) {
  const pointsMax = computed(() => pointsFor(width.value));
  const query = useQuery({
    queryKey: ["device", "chart", code, range.preset, range.fixed, fields, pointsMax],
    queryFn: ({ signal }) => {
      const { fixed, preset } = range;
      const wanted = fixed.value ?? presetRange(preset.value ?? DEFAULT_PRESET, clock.value);
      const past = pastOf(wanted, clock.value);
      return loadChart({ code, type, fields: fields.value, range: past, pointsMax: pointsMax.value }, signal);
    },
    enabled: computed(() => width.value > 0),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (range.isLive.value ? pace(state.data) : false),
  });

  /** The newest data that have arrived, also if those of the range on show could not be loaded. */
  const shown = shallowRef<ChartData>();
  watch(
    query.data,
    (data) => {
      if (data === undefined) return;
      shown.value = data;
      if (range.isLive.value && !query.isPlaceholderData.value) range.advance(data.range);
    },
    { immediate: true },
  );
  return { data: shown, error: query.error, isFetching: query.isFetching, refetch: () => void query.refetch() };
}

/** Returns how many points there is room for. */
export function pointsFor(width: number): number {
  const points = Math.ceil(width / PIXELS_PER_POINT / POINTS_STEP) * POINTS_STEP;
  return Math.min(POINTS_MAX, Math.max(POINTS_STEP, points));
}

/** Returns how often to ask again: about once per window. */
function pace(data: ChartData | undefined): number {
  const length = data?.interval === undefined ? 0 : intervalLength(data.interval);
  return Math.min(PACE_MILLISECONDS_MAX, Math.max(PACE_MILLISECONDS_MIN, length));
}
