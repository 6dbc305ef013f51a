/** Which range the chart shows: a preset that ends now or two moments, and the part that is zoomed. All is in the URL. */

import { computed, onScopeDispose, type Ref, shallowRef, watch } from "vue";
import { type LocationQueryRaw, useRoute, useRouter } from "vue-router";
import {
  DEFAULT_PRESET,
  intervalOf,
  intervalText,
  isPreset,
  type Preset,
  presetRange,
  type Range,
  rangeOf,
} from "./data/range";

/** While the range moves, nothing is loaded. */
const SETTLED_MILLISECONDS = 300;

export function useRange(clock: Readonly<Ref<number>>) {
  const route = useRoute();
  const router = useRouter();
  const text = (name: string): string => {
    const value = route.query[name];
    return (Array.isArray(value) ? value[0] : value) ?? "";
  };

  const custom = computed(() => rangeOf(text("from"), text("to")));
  const preset = computed<Preset | undefined>(() => {
    if (custom.value !== undefined) return undefined;
    return isPreset(text("range")) ? (text("range") as Preset) : DEFAULT_PRESET;
  });
  const zoom = computed(() => intervalOf(text("zoom")));
  /** The preset range as it was last loaded. */
  const current = shallowRef<Range>({ from: 0, to: 0 });
  watch(
    preset,
    (chosen) => {
      if (chosen !== undefined) current.value = presetRange(chosen, clock.value);
    },
    { immediate: true },
  );

  /** The range while it is being moved. */
  const moving = shallowRef<Range>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the range in the URL is being changed by this page, and not by Back or a link. */
  let isChanging = false;
  // A range that comes from elsewhere replaces a zoom that has not come to rest: else it would undo the step back.
  watch(
    () => ["range", "from", "to", "zoom"].map(text).join(" "),
    () => {
      if (!isChanging) stop();
    },
    { flush: "sync" },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
  });

  const whole = computed(() => custom.value ?? current.value);

  function stop(): void {
    clearTimeout(timer);
    moving.value = undefined;
  }

  async function change(query: LocationQueryRaw): Promise<void> {
    stop();
    isChanging = true;
    await router.push({ query: { ...route.query, ...query } }).finally(() => (isChanging = false));
  }

  /** Shows a part of the whole at once; when it has come to rest, it becomes a step of the history. */
  function zoomTo(range: Range): void {
    moving.value = range;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const isWhole = range.from <= whole.value.from && range.to >= whole.value.to;
      void change({ zoom: isWhole ? undefined : intervalText(range) });
    }, SETTLED_MILLISECONDS);
  }

  return {
    preset,
    whole,
    /** What is loaded: undefined for the preset that ends now. */
    fixed: computed(() => zoom.value ?? custom.value),
    /** What is on show. */
    view: computed(() => moving.value ?? zoom.value ?? whole.value),
    isZoomed: computed(() => (moving.value ?? zoom.value) !== undefined),
    /** Whether the range ends now, and moves on. */
    isLive: computed(() => zoom.value === undefined && custom.value === undefined),
    /** Notes until when the preset range is loaded. */
    advance: (range: Range) => (current.value = range),
    choosePreset: (chosen: Preset) => {
      void change({ range: chosen, from: undefined, to: undefined, zoom: undefined });
    },
    choose: (range: Range) => {
      const [from, to] = intervalText(range).split("/");
      void change({ range: undefined, from, to, zoom: undefined });
    },
    zoomTo,
    reset: () => {
      void change({ zoom: undefined });
    },
  };
}

export type ChartRange = ReturnType<typeof useRange>;
