import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { defineComponent, h } from "vue";
import type { StateSpan } from "@/api";
import { useSpanWords } from "@/pages/device/chart/readout/useSpanWords";

function sentenceOf(start: Date, end: Date): string {
  const span: StateSpan = {
    device_code: "W01",
    kind: "silent",
    state: null,
    start: start.toISOString(),
    end: end.toISOString(),
  };
  const component = defineComponent(() => {
    const words = useSpanWords();
    return () => h("i", words.sentence(span));
  });
  return mount(component).text();
}

describe("the sentence of a span", () => {
  it("has the times of a span within a day", () => {
    expect(sentenceOf(new Date(2026, 2, 2, 8, 0), new Date(2026, 2, 2, 9, 30))).toBe(
      "失联，08:00:00 – 09:30:00，1 小时 30 分",
    );
  });

  it("has also the dates of a span over midnight, or of several days at the same time", () => {
    expect(sentenceOf(new Date(2026, 2, 2, 8, 0), new Date(2026, 2, 5, 8, 0))).toBe(
      "失联，2026/03/02 08:00:00 – 2026/03/05 08:00:00，3 天",
    );
  });
});
