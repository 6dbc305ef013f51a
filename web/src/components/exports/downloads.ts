/** The downloads that this tab has started. They are followed as long as the tab is open, whichever page it shows. */

import { effectScope, shallowReactive, watch } from "vue";
import { cancelDownload, createDownloadLink, type Download, type DownloadStatus, getDownload } from "@/api";
import { saveUrl } from "@/app/save";
import { ApiError, SessionEnded, unwrapped, useSession } from "@/session";
import type { FileFormat } from "./request";

/** Older ones are removed from the list when they are no longer followed. */
const DOWNLOADS_MAX = 10;
const POLL_MILLISECONDS = 1000;
/** For a download that takes longer than a minute. */
const POLL_SLOWLY_MILLISECONDS = 2000;
const SLOWLY_AFTER_MILLISECONDS = 60_000;
const RETRY_MILLISECONDS_MAX = 30_000;
/** Failed requests in a row, some four minutes, after which a download is no longer followed. */
const FAILURES_MAX = 12;
const ENDED: ReadonlySet<DownloadStatus> = new Set(["finished", "failed", "cancelled", "expired"]);

export interface FollowedDownload {
  readonly id: string;
  readonly title: string;
  readonly format: FileFormat;
  /** In milliseconds since 1970, by the clock of this computer. */
  readonly startedAt: number;
  /** Undefined until the server has answered for the first time. */
  state: Download | undefined;
  /** Why the last request failed; undefined after one that succeeded. */
  error: unknown;
  failures: number;
  isCancelling: boolean;
  /** Why it could not be cancelled; undefined after an attempt that succeeded. */
  cancelError: unknown;
  /** The number of requests for its state. Only the answer to the newest one counts. */
  requests: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const downloads = shallowReactive<FollowedDownload[]>([]);
const scope = effectScope(true);
let isWatching = false;

/** Returns the downloads of this tab, the newest first. Those of a user are removed when another one logs in. */
export function useDownloads() {
  if (!isWatching) scope.run(forgetOfOthers);
  isWatching = true;
  return { downloads, start, cancel, follow, remove };
}

/** Lets the browser save an export by itself, without holding it in memory, and follows it. */
async function start(url: string, title: string, format: FileFormat): Promise<void> {
  const link = await unwrapped(createDownloadLink({ body: { url } }));
  saveUrl(link.url);
  const download = shallowReactive<FollowedDownload>({
    id: link.download_id,
    title,
    format,
    startedAt: Date.now(),
    state: undefined,
    error: undefined,
    failures: 0,
    isCancelling: false,
    cancelError: undefined,
    requests: 0,
    timer: undefined,
  });
  downloads.unshift(download);
  const oldest = downloads.findLast((each) => hasEnded(each) || isLost(each));
  if (downloads.length > DOWNLOADS_MAX && oldest) remove(oldest);
  void follow(download);
}

/** Asks for the state of a download until it has ended. */
async function follow(download: FollowedDownload): Promise<void> {
  clearTimeout(download.timer);
  const request = (download.requests += 1);
  const answer = await stateOf(download);
  // A cancellation asks at once: an older answer that arrives after its answer would show the download as running.
  if (request !== download.requests) return;
  download.error = answer.error;
  download.failures = answer.state === undefined ? download.failures + 1 : 0;
  download.state = answer.state ?? download.state;
  if (!downloads.includes(download) || hasEnded(download) || isLost(download)) return;
  download.timer = setTimeout(() => void follow(download), pause(download));
}

async function stateOf({ id }: FollowedDownload): Promise<{ state?: Download; error?: unknown }> {
  try {
    return { state: await unwrapped(getDownload({ path: { download_id: id } })) };
  } catch (error) {
    return { error };
  }
}

async function cancel(download: FollowedDownload): Promise<void> {
  download.isCancelling = true;
  download.cancelError = undefined;
  try {
    await unwrapped(cancelDownload({ path: { download_id: download.id } }));
  } catch (error) {
    download.isCancelling = false;
    download.cancelError = error;
    return;
  }
  await follow(download);
}

function remove(download: FollowedDownload): void {
  clearTimeout(download.timer);
  const index = downloads.indexOf(download);
  if (index >= 0) downloads.splice(index, 1);
}

function pause({ failures, startedAt }: FollowedDownload): number {
  if (failures > 0)
    return Math.min(POLL_MILLISECONDS * 2 ** failures, RETRY_MILLISECONDS_MAX) * (0.75 + Math.random() / 2);
  return Date.now() - startedAt < SLOWLY_AFTER_MILLISECONDS ? POLL_MILLISECONDS : POLL_SLOWLY_MILLISECONDS;
}

export function hasEnded({ state }: FollowedDownload): boolean {
  return state !== undefined && ENDED.has(state.status);
}

/** Returns whether a download is no longer followed, though its end is not known. */
export function isLost({ error, failures }: FollowedDownload): boolean {
  const isRejected = error instanceof ApiError && error.status < 500 && error.status !== 429;
  return failures > 0 && (isRejected || error instanceof SessionEnded || failures >= FAILURES_MAX);
}

function forgetOfOthers(): void {
  const session = useSession();
  watch(
    () => session.lastName,
    () => {
      [...downloads].forEach(remove);
    },
  );
}
