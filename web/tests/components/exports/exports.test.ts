import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shallowReactive } from "vue";
import type { Download } from "@/api";
import { client } from "@/api/client.gen";
import { ApiError } from "@/session";
import { bytesOf } from "@/components/exports/bytes";
import DownloadState from "@/components/exports/DownloadState.vue";
import { type FollowedDownload, isLost } from "@/components/exports/downloads";
import { type ExportRequest, exportUrl } from "@/components/exports/request";

const STATE: Download = {
  download_id: "0".repeat(32),
  status: "running",
  rows: 125_000,
  bytes_sent: 8_650_752,
  progress: 0.425,
  created_at: "2026-03-02T08:00:00Z",
  started_at: "2026-03-02T08:00:01Z",
  finished_at: null,
  failure: null,
  problem_type: null,
};
const REQUEST: ExportRequest = {
  operation: "history",
  format: "csv",
  deviceCodes: ["W 1'"],
  from: "2026-03-02T00:00:00.000Z",
  to: undefined,
  fields: [],
  parameters: {},
};

function followed(state: Partial<Download>, changes: Partial<FollowedDownload> = {}): FollowedDownload {
  return shallowReactive({
    id: STATE.download_id,
    title: "W01",
    format: "csv" as const,
    startedAt: Date.now(),
    state: { ...STATE, ...state },
    error: undefined,
    failures: 0,
    isCancelling: false,
    cancelError: undefined,
    requests: 0,
    timer: undefined,
    ...changes,
  });
}

function shown(state: Partial<Download>, changes: Partial<FollowedDownload> = {}): HTMLElement {
  return mount(DownloadState, { props: { download: followed(state, changes) } }).element as HTMLElement;
}

describe("the URL of an export", () => {
  const origin = client.getConfig();
  beforeEach(() => client.setConfig({ baseUrl: location.origin }));
  afterEach(() => client.setConfig(origin));

  it("has the device, the range and the time zone, as the browser will send them", () => {
    const url = new URL(exportUrl(REQUEST), location.origin);
    expect(url.pathname).toBe("/api/v1/device/data/history/export");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      device_code: "W 1'",
      from: REQUEST.from,
      format: "csv",
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
    expect(exportUrl(REQUEST)).not.toContain("'");
  });

  it("has several devices, chosen fields and further parameters where the operation takes them", () => {
    const parameters = { interval: "1h" };
    const deviceCodes = ["W1", "W2"];
    const fields = ["weld_current", "weld_voltage"];
    const url = new URL(
      exportUrl({ ...REQUEST, operation: "windows", deviceCodes, fields, parameters }),
      location.origin,
    );
    expect(url.searchParams.getAll("device_code").join()).toBe("W1,W2");
    expect(url.searchParams.getAll("fields").join()).toBe("weld_current,weld_voltage");
    expect(url.searchParams.get("interval")).toBe("1h");
  });

  it("of devices has only their filters", () => {
    const parameters = { team_name: "班组一", keyword: undefined };
    const url = new URL(exportUrl({ ...REQUEST, operation: "devices", parameters }), location.origin);
    expect(Object.fromEntries(url.searchParams)).toEqual({ team_name: "班组一", format: "csv" });
  });
});

describe("a size", () => {
  it.each([
    [0, 0, "bytes"],
    [1023, 1023, "bytes"],
    [1536, 1.5, "kilobytes"],
    [8_650_752, 8.25, "megabytes"],
    [5 * 1024 ** 4, 5120, "gigabytes"],
  ])("of %d bytes is %d %s", (count, value, unit) => {
    expect(bytesOf(count)).toEqual({ value, unit });
  });
});

describe("a download", () => {
  it("shows rows, bytes and the share that was read, and can be cancelled", () => {
    const item = shown({});
    expect(item.textContent).toContain("正在下载");
    expect(item.textContent).toContain("125,000 行");
    expect(item.textContent).toContain("8.3 MB");
    expect(item.textContent).toContain("已读 42%");
    expect(item.querySelector("progress")?.value).toBe(42);
    expect(item.querySelector("button")?.textContent).toContain("取消下载");
  });

  it("without a known share has a bar without a value", () => {
    const item = shown({ progress: null });
    expect(item.querySelector("progress")?.hasAttribute("value")).toBe(false);
    expect(item.textContent).not.toContain("%");
  });

  it("as XLSX is being built until its first byte is sent", () => {
    expect(shown({ bytes_sent: 0 }, { format: "xlsx" }).textContent).toContain("正在生成文件");
    expect(shown({}, { format: "xlsx" }).textContent).toContain("正在下载");
  });

  it("is being cancelled until the server says that it is", () => {
    expect(shown({}, { isCancelling: true }).textContent).toContain("正在取消");
    expect(shown({ status: "cancelled" }, { isCancelling: true }).textContent).toContain("已取消");
  });

  it("that has ended has no bar, and shows how long it took", () => {
    const item = shown({ status: "finished", progress: 1, finished_at: "2026-03-02T08:01:13Z" });
    expect(item.querySelector("progress")).toBeNull();
    expect(item.textContent).toContain("用时 1 分 12 秒");
  });

  it.each([
    ["disconnected", null, "连接已中断"],
    ["server_lost", null, "服务器进程已停止"],
    ["problem", "too-many-rows", "行数超过 XLSX 的上限"],
    ["problem", "store-timeout", "导出失败"],
  ] as const)("that has failed says why: %s %s", (failure, slug, sentence) => {
    const problem_type = slug && `urn:arcbeat:problem:${slug}`;
    const item = shown({ status: "failed", finished_at: "2026-03-02T08:01:13Z", failure, problem_type });
    expect(item.textContent).toContain(sentence);
    expect(item.querySelector("a")?.getAttribute("href") ?? null).toBe(slug && `/docs/problems/${slug}`);
  });

  it("is followed through failures of the network, but not for ever and not against a rejection", () => {
    const rejected = new ApiError({ detail: "" } as never, 404);
    expect(isLost(followed({}, { error: new Error(), failures: 3 }))).toBe(false);
    expect(isLost(followed({}, { error: new Error(), failures: 12 }))).toBe(true);
    expect(isLost(followed({}, { error: rejected, failures: 1 }))).toBe(true);
    expect(shown({}, { error: new Error(), failures: 12 }).textContent).toContain("暂时无法获取进度");
  });
});
