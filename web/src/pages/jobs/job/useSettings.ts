/** Loads the settings of a job for a form, and stores what the form has changed. */

import { useQueryClient } from "@tanstack/vue-query";
import { ref, shallowRef } from "vue";
import { updateJob } from "@/api";
import { isOutdated, problemOf } from "@/app/problem";
import { errorsOf, NO_ERRORS } from "@/components/forms/errors";
import { jobKeys, readJob, type VersionedJob } from "../queries";
import { FIELD_NAMES } from "./fields";
import { changesOf, type JobSettings, settingsOf } from "./form";

export function useSettings(name: string) {
  const cache = useQueryClient();
  const loaded = shallowRef<VersionedJob>();
  const values = ref<JobSettings>();
  const errors = shallowRef(NO_ERRORS);
  const failure = shallowRef<unknown>();
  const isLoading = ref(false);
  const isSaving = ref(false);
  const isConflict = ref(false);

  function forget(): void {
    errors.value = NO_ERRORS;
    failure.value = undefined;
    isConflict.value = false;
  }

  /** Puts the settings as they are stored into the form. */
  async function load(): Promise<void> {
    isLoading.value = true;
    try {
      loaded.value = await readJob(name);
      values.value = settingsOf(loaded.value.job);
      forget();
    } catch (error) {
      failure.value = error;
    } finally {
      isLoading.value = false;
    }
  }

  /** Stores the changes; returns whether they are stored. */
  async function save(): Promise<boolean> {
    return loaded.value === undefined ? false : send(loaded.value.etag);
  }

  /** Stores the changes over those that another person has made meanwhile. */
  async function overwrite(): Promise<boolean> {
    isSaving.value = true;
    try {
      return await send((await readJob(name)).etag);
    } catch (error) {
      failure.value = error;
      isSaving.value = false;
      return false;
    }
  }

  async function send(etag: string): Promise<boolean> {
    const body = loaded.value && values.value && changesOf(settingsOf(loaded.value.job), values.value);
    if (body === undefined) return true;
    forget();
    isSaving.value = true;
    try {
      await updateJob({ path: { name }, body, headers: { "If-Match": etag }, throwOnError: true });
      await cache.invalidateQueries({ queryKey: jobKeys.all });
      return true;
    } catch (error) {
      show(error);
      return false;
    } finally {
      isSaving.value = false;
    }
  }

  function show(error: unknown): void {
    isConflict.value = isOutdated(error);
    if (isConflict.value) return;
    failure.value = error;
    errors.value = errorsOf(problemOf(error), FIELD_NAMES);
  }

  void load();
  return { values, errors, failure, isLoading, isSaving, isConflict, load, save, overwrite };
}
