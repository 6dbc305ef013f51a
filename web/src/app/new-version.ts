/**
 * A new version may be deployed while a page is open. The chunks of the page that are not loaded yet are gone then, and the page
 * loads itself again: once, because a chunk that is still missing after that is another fault.
 */

import { ref } from "vue";
import type { Router } from "vue-router";

const MARK = "arcbeat.reloaded";
const AGAIN_SECONDS = 60;
const CHECK_SECONDS_MAX = 10;
/** As Chromium, Firefox, Safari and Vite say it. */
const MISSING = /dynamically imported module|Importing a module script failed|Unable to preload CSS/i;

export type MissingPart = "unreachable" | "broken";

/** Why a part of the console could not be loaded, and loading the page again has not helped or would not help. */
export const missingPart = ref<MissingPart>();

let target: string | undefined;
let isRecovering = false;

/** Loads the page again when a chunk is missing. */
export function reloadForNewVersion(router: Router): void {
  addEventListener("vite:preloadError", () => void recover());
  router.onError((error, to) => {
    if (error instanceof Error && MISSING.test(error.message)) void recover(to.fullPath);
  });
}

async function recover(path?: string): Promise<void> {
  target = path ?? target;
  if (isRecovering) return;
  isRecovering = true;
  if (!(await isReachable())) missingPart.value = "unreachable";
  else if (wasReloaded()) missingPart.value = "broken";
  else load();
  isRecovering = false;
}

/** Loads the page again, at the address that was asked for. */
export function load(): void {
  sessionStorage.setItem(MARK, String(Date.now()));
  const { pathname, search, hash } = location;
  if (target !== undefined && target !== pathname + search + hash) history.pushState(null, "", target);
  // Not `assign`, which loads nothing for an address with a fragment that is open already, as that of a wall screen is.
  location.reload();
}

/** Loads the page again if the server can be reached. */
export async function loadIfReachable(): Promise<void> {
  if (await isReachable()) load();
}

/** Where the server cannot be reached, a reload would replace the page by one of the browser. */
async function isReachable(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(CHECK_SECONDS_MAX * 1000);
    return (await fetch("/", { headers: { Accept: "text/html" }, cache: "no-store", signal })).ok;
  } catch {
    return false;
  }
}

function wasReloaded(): boolean {
  const age = Date.now() - Number(sessionStorage.getItem(MARK) ?? 0);
  return Math.abs(age) < AGAIN_SECONDS * 1000;
}
