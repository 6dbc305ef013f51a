import { mount, RouterLinkStub } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { loadLocale } from "@/app/i18n";
import HealthAdvice from "@/pages/jobs/health/HealthAdvice.vue";
import { aJob } from "./jobs";

function advice(failures: number): string {
  const job = aJob({ health: "failing", consecutive_failures: failures });
  return mount(HealthAdvice, { props: { job }, global: { stubs: { RouterLink: RouterLinkStub } } }).text();
}

describe("the advice about a job whose runs fail", () => {
  afterEach(() => loadLocale("zh-CN"));

  it("counts failures only if there are several in a row", () => {
    expect(advice(1)).toContain("最近一次运行失败");
    expect(advice(3)).toContain("已连续失败 3 次");
  });

  it("has a form for one failure in English, too", async () => {
    await loadLocale("en");
    expect(advice(1)).toContain("The last run failed");
    expect(advice(2)).toContain("Failed 2 times in a row");
  });
});
