import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { defineComponent, h } from "vue";
import { useFormat } from "@/app/format";
import { loadLocale } from "@/app/i18n";

function format(): ReturnType<typeof useFormat> {
  let result: ReturnType<typeof useFormat> | undefined;
  mount(
    defineComponent({
      setup: () => {
        result = useFormat();
        return () => h("div");
      },
    }),
  );
  if (result === undefined) throw new Error("the component was not set up");
  return result;
}

describe("durations", () => {
  it("have their two largest units", () => {
    const { duration } = format();
    expect([0.35, 2.5, 42, 252, 10_800, 187_200].map(duration)).toEqual([
      "350 毫秒",
      "2.5 秒",
      "42 秒",
      "4 分 12 秒",
      "3 小时",
      "2 天 4 小时",
    ]);
  });
});

describe("numbers", () => {
  it("have the decimal places that are asked for, in the language of the page", async () => {
    const { number } = format();
    expect(number(1234.5, 1)).toBe("1,234.5");
    expect(number(11, 1)).toBe("11.0");
    await loadLocale("en");
    expect(number(0.1234)).toBe("0.123");
    await loadLocale("zh-CN");
  });
});
