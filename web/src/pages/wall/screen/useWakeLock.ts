/** Keeps the screen on where the browser can: only pages over HTTPS or of this computer may. The browser ends it with each hiding. */

import { onScopeDispose } from "vue";

export function useWakeLock(): void {
  let lock: WakeLockSentinel | undefined;

  async function request(): Promise<void> {
    if (document.hidden || !("wakeLock" in navigator)) return;
    try {
      lock = await navigator.wakeLock.request("screen");
    } catch {
      // The computer saves energy, or its administrator forbids it; the screen shows the same.
    }
  }

  const listener = (): void => void request();
  document.addEventListener("visibilitychange", listener);
  void request();
  onScopeDispose(() => {
    document.removeEventListener("visibilitychange", listener);
    void lock?.release();
  });
}
