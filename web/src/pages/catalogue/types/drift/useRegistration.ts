/** Registers the devices of the drift report in one go, after a look at what would be done. */

import { computed, onMounted, ref, shallowRef } from "vue";
import { type DeviceImportReport, importDevices } from "@/api";
import { registrationFile } from "./registration";

export function useRegistration(codes: readonly string[], typeCode: string) {
  const report = shallowRef<DeviceImportReport>();
  const failure = shallowRef<unknown>();
  const isPending = ref(false);
  /** Only these are sent: the import would change a device that is registered with another type. */
  const newCodes = computed(() => codesOf(report.value, "created"));

  async function send(dry_run: boolean, which: readonly string[]): Promise<DeviceImportReport> {
    const body = { file: registrationFile(which, typeCode) };
    return (await importDevices({ body, query: { dry_run }, throwOnError: true })).data;
  }

  async function attempt(work: () => Promise<void>): Promise<boolean> {
    isPending.value = true;
    failure.value = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      failure.value = error;
      return false;
    } finally {
      isPending.value = false;
    }
  }

  const look = (): Promise<boolean> =>
    attempt(async () => {
      report.value = await send(true, codes);
    });
  onMounted(look);

  return {
    report,
    failure,
    isPending,
    newCodes,
    otherTypes: computed(() => [...codesOf(report.value, "updated"), ...codesOf(report.value, "unchanged")]),
    rejected: computed(() => report.value?.rows.filter(({ outcome }) => outcome === "rejected") ?? []),
    look,
    register: (): Promise<boolean> =>
      attempt(async () => {
        await send(false, newCodes.value);
      }),
  };
}

function codesOf(report: DeviceImportReport | undefined, wanted: string): string[] {
  return (report?.rows ?? []).filter(({ outcome }) => outcome === wanted).map(({ device_code }) => device_code);
}
