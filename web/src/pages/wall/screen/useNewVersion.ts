/**
 * Loads the page again when the server has a new version of the console. Nothing else would: a screen is never closed, and loads no
 * further parts whose absence would show it.
 */

import { onScopeDispose } from "vue";
import { jittered, Rounds } from "../data/rounds";

const CHECK_SECONDS = 600;
const JITTER = 0.2;
const REQUEST_SECONDS_MAX = 10;
const MARK = "arcbeat.wall.version";
const MAIN_SCRIPT = /<script[^>]+src="(\/assets\/[^"]+)"/;

export function useNewVersion(): void {
  const own = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.src;
  const rounds = new Rounds(async () => {
    await check(own === undefined ? undefined : new URL(own).pathname);
    return jittered(CHECK_SECONDS, JITTER);
  });
  const checkNow = (): void => {
    rounds.now();
  };
  addEventListener("online", checkNow);
  rounds.now();
  onScopeDispose(() => {
    removeEventListener("online", checkNow);
    rounds.stop();
  });
}

/** Reloads once per new version: where an old page comes again from a cache, that does not help. */
async function check(own: string | undefined): Promise<void> {
  const served = await servedScript();
  if (served === undefined || own === undefined || served === own || sessionStorage.getItem(MARK) === served) return;
  sessionStorage.setItem(MARK, served);
  location.reload();
}

async function servedScript(): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(REQUEST_SECONDS_MAX * 1000);
    const response = await fetch("/", { headers: { Accept: "text/html" }, cache: "no-store", signal });
    return response.ok ? MAIN_SCRIPT.exec(await response.text())?.[1] : undefined;
  } catch {
    return undefined;
  }
}
