import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { analogOf } from "@/components/readings/analog";
import AnalogBar from "@/components/readings/AnalogBar.vue";

describe("the geometry of an analog bar", () => {
  it("has the preset in the middle and the normal band around it", () => {
    const analog = analogOf(150, { preset: 150 });
    expect(analog?.pointer).toBeCloseTo(0.5);
    expect(analog?.preset).toBeCloseTo(0.5);
    expect(analog?.band.map((each) => Number(each.toFixed(3)))).toEqual([0.333, 0.667]);
  });

  it("judges a value by the tolerance of its preset", () => {
    const verdicts = [134, 136, 164, 166].map((value) => analogOf(value, { preset: 150 })?.verdict);
    expect(verdicts).toEqual(["low", "normal", "normal", "high"]);
  });

  it("has the bounds of the field without a preset", () => {
    const analog = analogOf(100, { minimum: 0, maximum: 80 });
    expect(analog).toEqual({ pointer: 1, band: [0.1, 0.9], preset: undefined, verdict: "high" });
  });

  it("narrows the band of the preset by the bounds of the field", () => {
    expect(analogOf(158, { preset: 150, maximum: 155 })?.verdict).toBe("high");
  });

  it("keeps the pointer on the scale", () => {
    expect([0, 1e9].map((value) => analogOf(value, { preset: 150 })?.pointer)).toEqual([0, 1]);
  });

  it("does not exist without a preset above 0 and without both bounds", () => {
    for (const bounds of [{}, { preset: 0 }, { preset: null }, { minimum: 0 }, { minimum: 5, maximum: 5 }])
      expect(analogOf(1, bounds)).toBeUndefined();
    expect(analogOf(NaN, { preset: 1 })).toBeUndefined();
  });
});

describe("an analog bar", () => {
  const props = { value: 152.34, label: "焊接电流", unit: "A", decimals: 1, bounds: { preset: 150 }, judged: true };

  it("says in words what it shows", () => {
    const bar = mount(AnalogBar, { props });
    expect(bar.get("[role=img]").attributes("aria-label")).toBe("焊接电流 152.3 A，预设 150.0 A，正常");
    expect(bar.text()).toBe("152.3");
  });

  it("says so when the value is out of its band, but only of a device at work", () => {
    const high = { ...props, value: 190 };
    expect(mount(AnalogBar, { props: high }).get("[role=img]").attributes("aria-label")).toContain("偏高");
    const idle = mount(AnalogBar, { props: { ...high, judged: false } }).get("[role=img]");
    expect(idle.attributes("aria-label")).toBe("焊接电流 190.0 A，预设 150.0 A");
    expect(idle.classes()).not.toContain("high");
  });

  it("is plain digits without anything to compare with", () => {
    const bar = mount(AnalogBar, { props: { ...props, bounds: {} } });
    expect(bar.find("[role=img]").exists()).toBe(false);
    expect(bar.text()).toBe("152.3");
  });
});
