/** The import of a file of devices: chosen, checked by the server, and stored. What has been chosen stays on every way back. */

import { useQueryClient } from "@tanstack/vue-query";
import { onScopeDispose, ref, shallowRef, watch } from "vue";
import type { DeviceImportReport } from "@/api";
import { NetworkError } from "@/session/errors";
import { deviceKeys } from "../queries";
import { bytesOf, contentType, type Encoding, faultOf, FileChanged, type FileFault, isSame } from "./file";
import { sendDevices } from "./send";

export const STEPS = ["choose", "check", "apply"] as const;
export type Step = (typeof STEPS)[number];

export function useImport() {
  const cache = useQueryClient();
  const step = ref<Step>("choose");
  const file = shallowRef<File>();
  const fault = ref<FileFault>();
  const emptyCells = ref<"keep" | "erase">("keep");
  const encoding = ref<Encoding>("auto");
  const report = shallowRef<DeviceImportReport>();
  const result = shallowRef<DeviceImportReport>();
  const failure = shallowRef<unknown>();
  const isPending = ref(false);
  /** The answer to a request that stores was lost: it may have been carried out. */
  const isUncertain = ref(false);
  let checked: ArrayBuffer | undefined;
  let running: AbortController | undefined;

  function choose(chosen: File): void {
    fault.value = faultOf(chosen);
    file.value = chosen;
    forget();
  }

  /** A report is about the file and the options with which it was made. */
  function forget(): void {
    running?.abort();
    report.value = result.value = failure.value = undefined;
    isUncertain.value = false;
  }
  watch([emptyCells, encoding], forget);

  async function attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    running?.abort();
    const own = (running = new AbortController());
    isPending.value = true;
    failure.value = undefined;
    try {
      await work(own.signal);
    } catch (error) {
      if (!own.signal.aborted) failure.value = error;
    } finally {
      if (running === own) isPending.value = false;
    }
  }

  /** Shows the report of the server about the file, which stores nothing. */
  async function check(): Promise<void> {
    const chosen = file.value;
    if (chosen === undefined || fault.value !== undefined) return;
    step.value = "check";
    if (report.value !== undefined) return;
    await attempt(async (signal) => {
      const bytes = await bytesOf(chosen);
      const found = await send(chosen.name, bytes, true, signal);
      if (signal.aborted) return;
      checked = bytes;
      report.value = found;
    });
  }

  /** Stores what was checked. */
  async function apply(): Promise<void> {
    const chosen = file.value;
    if (chosen === undefined || isPending.value) return;
    await attempt(async (signal) => {
      const bytes = await bytesOf(chosen);
      if (checked === undefined || !isSame(bytes, checked)) throw new FileChanged(chosen.name);
      result.value = await send(chosen.name, bytes, false, signal);
    });
    isUncertain.value = failure.value instanceof NetworkError;
    await cache.invalidateQueries({ queryKey: deviceKeys.all });
  }

  const send = (
    name: string,
    bytes: ArrayBuffer,
    isDryRun: boolean,
    signal: AbortSignal,
  ): Promise<DeviceImportReport> =>
    sendDevices({
      bytes,
      contentType: contentType(name, encoding.value),
      emptyCells: emptyCells.value,
      isDryRun,
      signal,
    });

  /** Checks a file again, or another one, with the same options. */
  async function checkAgain(chosen = file.value): Promise<void> {
    if (chosen === undefined) return;
    choose(chosen);
    if (fault.value === undefined) await check();
    else step.value = "choose";
  }

  function go(to: Step): void {
    // What is being stored cannot be stopped.
    if (step.value === "apply" && isPending.value) return;
    running?.abort();
    failure.value = undefined;
    isUncertain.value = false;
    if (to === "check") void check();
    else step.value = to;
  }

  /** Begins again without a file, with the same options. */
  function restart(): void {
    file.value = fault.value = undefined;
    forget();
    step.value = "choose";
  }

  onScopeDispose(() => running?.abort());
  return {
    step,
    file,
    fault,
    emptyCells,
    encoding,
    report,
    result,
    failure,
    isPending,
    isUncertain,
    choose,
    check,
    checkAgain,
    apply,
    go,
    restart,
  };
}
export type Import = ReturnType<typeof useImport>;
