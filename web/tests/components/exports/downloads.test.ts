import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Download, DownloadStatus } from "@/api";
import { client } from "@/api/client.gen";
import { type FollowedDownload, useDownloads } from "@/components/exports/downloads";

const ID = "0".repeat(32);
setActivePinia(createPinia());
const { downloads, start, cancel, remove } = useDownloads();
const origin = client.getConfig();
/** The requests that wait for an answer, in their order. */
let waiting: { method: string; answer: (response: Response) => void; fail: () => void }[] = [];

function stateOf(status: DownloadStatus): Download {
  const moments = { created_at: "2026-03-02T08:00:00Z", started_at: "2026-03-02T08:00:01Z", finished_at: null };
  const numbers = { rows: 1, bytes_sent: 1, progress: 0.5 };
  return { download_id: ID, status, ...numbers, ...moments, failure: null, problem_type: null };
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

async function answer(response: Response): Promise<void> {
  await flushPromises();
  waiting.shift()?.answer(response);
  await flushPromises();
}

/** Starts a download whose state was not asked for yet successfully. */
async function started(): Promise<FollowedDownload> {
  void start("/api/v1/device/info-export?format=csv", "W01", "csv");
  await answer(json({ download_id: ID, url: "#", expires_at: "2026-03-02T08:01:00Z" }, 201));
  const [download] = downloads;
  if (download === undefined) throw new Error("nothing was started");
  return download;
}

beforeEach(() => {
  waiting = [];
  const fetch = (request: Request): Promise<Response> =>
    new Promise((resolve, reject) => {
      const fail = (): void => {
        reject(new TypeError("no network"));
      };
      waiting.push({ method: request.method, answer: resolve, fail });
    });
  client.setConfig({ baseUrl: location.origin, auth: () => "token", fetch: fetch as typeof globalThis.fetch });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockReturnValue();
});
afterEach(() => {
  [...downloads].forEach(remove);
  client.setConfig(origin);
  vi.restoreAllMocks();
});

describe("a download that is followed", () => {
  it("does not run again because an older answer arrives after that to its cancellation", async () => {
    const download = await started();
    const older = waiting.shift();
    void cancel(download);
    await answer(new Response(null, { status: 204 }));
    await answer(json(stateOf("cancelled")));
    expect(download.state?.status).toBe("cancelled");

    older?.answer(json(stateOf("running")));
    await flushPromises();

    expect(download.state?.status).toBe("cancelled");
  });

  it("keeps why it could not be cancelled while its state is read again", async () => {
    const download = await started();
    const reading = waiting.shift();
    void cancel(download);
    await flushPromises();
    waiting.shift()?.fail();
    await flushPromises();
    reading?.answer(json(stateOf("running")));
    await flushPromises();

    expect(download.error).toBeUndefined();
    expect(download.cancelError).toBeDefined();
    expect(download.isCancelling).toBe(false);
  });

  it("leaves the others in the list when it is removed twice", async () => {
    const first = await started();
    waiting = [];
    const second = await started();

    remove(second);
    remove(second);

    expect([...downloads]).toEqual([first]);
  });
});
