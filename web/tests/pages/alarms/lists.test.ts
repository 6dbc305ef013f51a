import type { AlarmChange } from "@arcbeat/client/live/alarms.ts";
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defineComponent, effectScope, nextTick, ref } from "vue";
import { type Alarm, listAlarms } from "@/api";
import type { AlarmHandlers } from "@/live/useAlarmsOfTypes";
import { useOpenAlarms } from "@/pages/alarms/open/useOpenAlarms";
import { usePastAlarms } from "@/pages/alarms/past/usePastAlarms";

const isFollowed = ref(false);
let handlers: AlarmHandlers;
vi.mock("@/api", () => ({ listAlarms: vi.fn(), listTypes: vi.fn() }));
vi.mock("@/live/useAlarmsOfTypes", () => ({
  useAlarmsOfTypes: (_codes: unknown, given: AlarmHandlers) => {
    handlers = given;
    return isFollowed;
  },
}));

const alarm = (device_code: string): Alarm =>
  ({ type_code: "welding", device_code, start: "2026-03-02T08:00:00Z", end: null, acknowledgement: null }) as Alarm;
const change = (kind: AlarmChange["kind"], closed: readonly Alarm[] = []): AlarmChange => ({
  kind,
  devices: new Set(),
  closed,
});

beforeEach(() => {
  vi.useFakeTimers();
  isFollowed.value = false;
  vi.mocked(listAlarms).mockReset();
});
afterEach(() => {
  vi.useRealTimers();
});

function answer(...items: Alarm[]): void {
  vi.mocked(listAlarms).mockImplementation((() =>
    Promise.resolve({ data: { items, next_cursor: null, to: "2026-03-02T09:00:00Z" } })) as never);
}

it("open alarms are those of a request, also if its answer is the same as before the last connection", async () => {
  answer(alarm("W1"));
  let open: ReturnType<typeof useOpenAlarms> | undefined;
  const page = defineComponent({
    setup() {
      open = useOpenAlarms({ typeCodes: () => ["welding"] });
      return () => null;
    },
  });
  const wrapper = mount(page, { global: { plugins: [[VueQueryPlugin, { queryClient: new QueryClient() }]] } });
  const codes = (): string[] | undefined => open?.alarms.value.map((each) => each.device_code);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(codes()).toEqual(["W1"]);

  isFollowed.value = true;
  handlers.onChange(
    "welding",
    new Map([alarm("W1"), alarm("W2")].map((each) => [each.device_code, each])),
    change("open"),
  );
  await nextTick();
  expect(codes()).toEqual(["W1", "W2"]);

  isFollowed.value = false;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(codes()).toEqual(["W1"]);
  wrapper.unmount();
});

it("past alarms are read again when very many have ended while the page was open", async () => {
  answer();
  const scope = effectScope();
  const past = scope.run(() => usePastAlarms({ filters: {}, range: { preset: "24h" }, accepts: () => true }));
  await vi.advanceTimersByTimeAsync(100);
  expect(listAlarms).toHaveBeenCalledOnce();

  for (let index = 0; index < 2_001; index += 667) {
    const ended = Array.from({ length: 667 }, (_, each) => alarm(`W${String(index + each)}`));
    past?.follow(change("closed", ended));
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(listAlarms).toHaveBeenCalledTimes(2);
  expect(past?.alarms.value).toEqual([]);
  scope.stop();
});
