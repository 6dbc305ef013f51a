import { mount } from "@vue/test-utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineComponent, h } from "vue";
import { loadLocale } from "@/app/i18n";
import { readCron } from "@/pages/jobs/schedule/cron";
import { useScheduleWords } from "@/pages/jobs/schedule/useScheduleWords";

const CASES: [cron: string, chinese: string, english: string][] = [
  ["* * * * *", "每分钟", "Every minute"],
  ["*/15 * * * *", "每 15 分钟", "Every 15 minutes"],
  ["0 * * * *", "每小时第 00 分", "Every hour at minute 00"],
  ["5 */2 * * *", "每 2 小时（第 05 分）", "Every 2 hours at minute 05"],
  ["30 2 * * *", "每天 02:30", "Every day: 02:30"],
  ["0 8,20 * * *", "每天 08:00、20:00", "Every day: 08:00, 20:00"],
  ["0 8 * * 1-5", "周一至周五 08:00", "Monday to Friday: 08:00"],
  ["5 4 * * 1,3", "每周一、三 04:05", "Every Mon, Wed: 04:05"],
  ["0 0 * * 7", "每周日 00:00", "Every Sun: 00:00"],
  ["0 3 1,15 * *", "每月 1、15 日 03:00", "Day 1, 15 of each month: 03:00"],
  ["*/10 8-17 * * 1-5", "周一至周五 08:00–17:59 每 10 分钟", "Monday to Friday: Every 10 minutes, 08:00–17:59"],
];

function words(): ReturnType<typeof useScheduleWords>["words"] {
  let result: ReturnType<typeof useScheduleWords> | undefined;
  mount(defineComponent({ setup: () => ((result = useScheduleWords()), () => h("div")) }));
  if (result === undefined) throw new Error("the component was not set up");
  return result.words;
}

describe("a schedule in Chinese", () => {
  it.each(CASES)("%s is %s", (cron, chinese) => {
    expect(words()(cron)).toBe(chinese);
  });
});

describe("a schedule in English", () => {
  beforeAll(() => loadLocale("en"));
  afterAll(() => loadLocale("zh-CN"));

  it.each(CASES)("%s", (cron, _, english) => {
    expect(words()(cron)).toBe(english);
  });
});

describe("a schedule without short words", () => {
  it.each([
    "*/7 * * * *", // 56 minutes, then 4
    "0 3 1 * 1", // the first day of the month or a Monday
    "0 3 1 1 *", // in one month
    "0 3 L * *",
    "0 12 * * MON#1",
    "0,10,20,30,40 1,2 * * *",
    "61 * * * *",
    "0 24 * * *",
    "* * * *",
    "",
  ])("%s", (cron) => {
    expect(readCron(cron)).toBeUndefined();
  });
});
