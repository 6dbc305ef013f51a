/** The downloads that this tab has started. They are followed as long as the tab is open, whichever page it shows. */

import { effectScope, shallowReactive, watch } from "vue";
import { cancelDownload, createDownloadLink, type Download, type DownloadStatus, getDownload } from "@/api";
import { saveUrl } from "@/app/save";
import { ApiError, SessionEnded, unwrapped, useSession } from "@/session";
import type { FileFormat } from "./request";

/** Older ones are removed from the list when they have ended. */
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
    timer: undefined,
  });
  downloads.unshift(download);
  const oldest = downloads.findLast(hasEnded);
  if (downloads.length > DOWNLOADS_MAX && oldest) remove(oldest);
  void follow(download);
}

/** Asks for the state of a download until it has ended. */
async function follow(download: FollowedDownload): Promise<void> {
  clearTimeout(download.timer);
  try {
    download.state = await unwrapped(getDownload({ path: { download_id: download.id } }));
    download.error = undefined;
    download.failures = 0;
  } catch (error) {
    download.error = error;
    download.failures += 1;
  }
  if (!downloads.includes(download) || hasEnded(download) || isLost(download)) return;
  clearTimeout(download.timer);
  download.timer = setTimeout(() => void follow(download), pause(download));
}

async function cancel(download: FollowedDownload): Promise<void> {
  download.isCancelling = true;
  try {
    await unwrapped(cancelDownload({ path: { download_id: download.id } }));
  } catch (error) {
    download.isCancelling = false;
    download.error = error;
    return;
  }
  await follow(download);
}

function remove(download: FollowedDownload): void {
  clearTimeout(download.timer);
  downloads.splice(downloads.indexOf(download), 1);
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
