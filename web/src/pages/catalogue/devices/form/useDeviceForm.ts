/** Registers a device, or loads and changes one. What has been entered is kept until the server has stored it. */

import { useQueryClient } from "@tanstack/vue-query";
import { computed, ref, shallowRef } from "vue";
import { useI18n } from "vue-i18n";
import { createDevice, updateDevice } from "@/api";
import { isOutdated, problemOf } from "@/app/problem";
import { errorsOf, type FormErrors, NO_ERRORS } from "@/components/forms/errors";
import { deviceKeys, readDevice, type VersionedDevice } from "../queries";
import {
  BLANK,
  changedFields,
  changesOf,
  creationOf,
  type DeviceValues,
  FIELD_NAMES,
  isDifferent,
  merged,
  missing,
  valuesOf,
} from "./values";

/**
 * @param code the device to change; undefined to register one.
 * @param initial what the form of a new device begins with.
 */
export function useDeviceForm(code?: string, initial: Partial<DeviceValues> = {}) {
  const cache = useQueryClient();
  const { t } = useI18n();
  const loaded = shallowRef<VersionedDevice>();
  /** The device as another person has stored it meanwhile. */
  const newer = shallowRef<VersionedDevice>();
  /** What the form has begun with, or stored last. */
  const before = shallowRef<DeviceValues>({ ...BLANK, ...initial });
  const values = ref<DeviceValues | undefined>(code === undefined ? { ...before.value } : undefined);
  const errors = shallowRef<FormErrors>(NO_ERRORS);
  const failure = shallowRef<unknown>();
  const isPending = ref(false);

  const isChanged = computed(() => values.value !== undefined && isDifferent(before.value, values.value));
  const newerFields = computed(() => {
    const now = newer.value && valuesOf(newer.value.device);
    return now ? changedFields(before.value, now).map((field) => ({ field, value: now[field] })) : [];
  });

  /** Does the work, and shows why it failed; returns whether it succeeded. */
  async function attempt(work: () => Promise<void>): Promise<boolean> {
    isPending.value = true;
    errors.value = NO_ERRORS;
    failure.value = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      await show(error);
      return false;
    } finally {
      isPending.value = false;
    }
  }

  async function show(error: unknown): Promise<void> {
    if (isOutdated(error) && code !== undefined) {
      await readDevice(code).then(
        (found) => (newer.value = found),
        (reason: unknown) => (failure.value = reason),
      );
      return;
    }
    failure.value = error;
    errors.value = errorsOf(problemOf(error), FIELD_NAMES);
  }

  /** Puts the device as it is stored into the form. */
  const load = (): Promise<boolean> =>
    attempt(async () => {
      if (code === undefined) return;
      const found = await readDevice(code);
      take(found);
      values.value = valuesOf(found.device);
    });

  /** After saving, takes what is stored; what was entered meanwhile stays. */
  const refresh = (): Promise<boolean> =>
    attempt(async () => {
      if (code === undefined || values.value === undefined) return;
      const found = await readDevice(code);
      values.value = merged(before.value, values.value, valuesOf(found.device));
      take(found);
    });

  function take(found: VersionedDevice): void {
    loaded.value = found;
    before.value = valuesOf(found.device);
    newer.value = undefined;
  }

  /** Stores the form; returns whether it is stored. */
  async function save(): Promise<boolean> {
    if (values.value === undefined) return false;
    const entered = { ...values.value };
    const empty = missing(entered);
    if (empty.length > 0) {
      errors.value = {
        ...NO_ERRORS,
        fields: Object.fromEntries(empty.map((name) => [name, t("devices.form.required")])),
      };
      return false;
    }
    return attempt(() => send(entered));
  }

  async function send(entered: DeviceValues): Promise<void> {
    if (code === undefined) {
      await createDevice({ body: creationOf(entered), throwOnError: true });
    } else {
      const body = changesOf(before.value, entered);
      const headers = { "If-Match": loaded.value?.etag ?? "" };
      if (body) await updateDevice({ path: { device_code: code }, body, headers, throwOnError: true });
    }
    before.value = entered;
    await cache.invalidateQueries({ queryKey: deviceKeys.all });
  }

  /** Stores only what the form has changed, over the newer values. */
  async function overwrite(): Promise<boolean> {
    if (newer.value && values.value) {
      values.value = merged(before.value, values.value, valuesOf(newer.value.device));
      take(newer.value);
    }
    return save();
  }

  void load();
  return { values, errors, failure, isPending, isChanged, loaded, newer, newerFields, load, refresh, save, overwrite };
}
