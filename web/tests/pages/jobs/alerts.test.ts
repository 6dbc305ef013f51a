import { mount, RouterLinkStub } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import type { JobAlert, Scope } from "@/api";
import { loadLocale } from "@/app/i18n";
import AlertItem from "@/pages/jobs/alerts/AlertItem.vue";
import { byUrgency } from "@/pages/jobs/alerts/order";
import { useSession } from "@/session";
import { anAlert } from "./jobs";

const ACKNOWLEDGEMENT = { note: "重启中", acknowledged_by: "liming", acknowledged_at: "2026-11-27T08:05:00Z" };

function shown(changes: Partial<JobAlert>, scopes: Scope[] = ["job:read", "job:run"]): HTMLElement {
  useSession().user = { name: "wang", kind: "user", role: "operator", scopes } as never;
  const global = { stubs: { RouterLink: RouterLinkStub } };
  return mount(AlertItem, { props: { alert: anAlert(changes), named: true }, global }).element as HTMLElement;
}

describe("the order of alerts", () => {
  it("puts critical ones on top and keeps the order of the others", () => {
    const alerts = [anAlert({ id: 4 }), anAlert({ id: 3, severity: "critical" }), anAlert({ id: 2 })];
    expect(byUrgency(alerts).map(({ id }) => id)).toEqual([3, 4, 2]);
    expect(alerts.map(({ id }) => id)).toEqual([4, 3, 2]);
  });
});

describe("an alert", () => {
  afterEach(() => loadLocale("zh-CN"));

  it("has severity and problem in words, and the message of the server in its language", async () => {
    expect(shown({ severity: "critical" }).textContent).toContain("严重");
    expect(shown({ problem: "slow_queries" }).textContent).toContain("数据库查询比平时慢");
    await loadLocale("en");
    const alert = shown({ severity: "critical", problem: "stuck" });
    expect(alert.textContent).toContain("Critical");
    expect(alert.textContent).toContain("Began and did not end");
    expect(alert.querySelector("[lang=en]")?.textContent).toBe("The last 3 runs failed.");
  });

  it("can be acknowledged by those who may run jobs, while it is open and no person has done so", () => {
    const canBeAcknowledged = (...shownAlert: Parameters<typeof shown>): boolean =>
      shown(...shownAlert).querySelector("button") !== null;
    expect(canBeAcknowledged({})).toBe(true);
    expect(canBeAcknowledged({}, ["job:read"])).toBe(false);
    expect(canBeAcknowledged({ acknowledgement: ACKNOWLEDGEMENT })).toBe(false);
    expect(canBeAcknowledged({ open: false, closed_at: "2026-11-27T09:00:00Z" })).toBe(false);
  });

  it("shows who has acknowledged it, and the note as text", () => {
    const alert = shown({ acknowledgement: { ...ACKNOWLEDGEMENT, note: "<b>重启中</b>" } });
    expect(alert.textContent).toContain("liming 已确认");
    expect(alert.querySelector("q")?.textContent).toBe("<b>重启中</b>");
  });

  it("shows how long it lasted once it is closed", () => {
    expect(shown({ open: false, closed_at: "2026-11-27T10:30:00Z" }).textContent).toContain("持续 2 小时 30 分");
  });
});
