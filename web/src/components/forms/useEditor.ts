/**
 * A form that creates or changes something. What has been entered is kept until the server has stored it, and a change that another
 * person has made meanwhile is not overwritten unless the user says so.
 */

import { ref, type Ref, shallowRef, type UnwrapRef } from "vue";
import { isOutdated, problemOf } from "@/app/problem";
import { errorsOf, type FormErrors, NO_ERRORS } from "./errors";

/** What is stored, as a form edits it, with the version that `If-Match` expects. */
export interface Stored<Values> {
  values: Values;
  etag: string;
}

export interface EditorOptions<Values extends object> {
  /** What the form of something new begins with. Its names are those by which the server reports errors. */
  blank: Values;
  /** Reads what is stored; a form without it creates something. */
  read?: (() => Promise<Stored<Values>>) | undefined;
  create: (values: Values) => Promise<unknown>;
  /** Stores what was changed, if the version is still the stored one. */
  change: (changes: Partial<Values>, etag: string) => Promise<unknown>;
}

export interface Editor<Values extends object> {
  values: Ref<UnwrapRef<Values> | undefined>;
  errors: Readonly<Ref<FormErrors>>;
  failure: Readonly<Ref<unknown>>;
  isPending: Readonly<Ref<boolean>>;
  isConflict: Readonly<Ref<boolean>>;
  /** Puts what is stored into the form. */
  load: () => Promise<void>;
  /** Stores the form; returns whether it is stored. */
  save: () => Promise<boolean>;
  /** Stores the changes over those that another person has made meanwhile. */
  overwrite: () => Promise<boolean>;
}

export function useEditor<Values extends object>(options: EditorOptions<Values>): Editor<Values> {
  const { blank, read, create, change } = options;
  const stored = shallowRef<Stored<Values>>();
  const values = ref<Values | undefined>(read ? undefined : { ...blank });
  const errors = shallowRef(NO_ERRORS);
  const failure = shallowRef<unknown>();
  const isPending = ref(false);
  const isConflict = ref(false);
  const names = new Set(Object.keys(blank));

  /** Does the work, and shows why it failed; returns whether it succeeded. */
  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    isPending.value = true;
    try {
      await work();
      show(undefined);
      return true;
    } catch (error) {
      show(error);
      return false;
    } finally {
      isPending.value = false;
    }
  }

  function show(error: unknown): void {
    isConflict.value = isOutdated(error);
    failure.value = isConflict.value ? undefined : error;
    errors.value = errorsOf(problemOf(error), names);
  }

  async function load(): Promise<void> {
    if (!read) return;
    await attempt(async () => {
      stored.value = await read();
      values.value = { ...stored.value.values } as UnwrapRef<Values>;
    });
  }

  const entered = (): Values => ({ ...values.value }) as Values;

  async function send(etag: string): Promise<void> {
    const changes = changesOf(stored.value?.values ?? blank, entered());
    if (Object.keys(changes).length > 0) await change(changes, etag);
  }

  void load();
  return {
    values: values as Ref<UnwrapRef<Values> | undefined>,
    errors,
    failure,
    isPending,
    isConflict,
    load,
    save: () => attempt(() => (stored.value ? send(stored.value.etag) : create(entered()))),
    overwrite: () => attempt(async () => send(read ? (await read()).etag : "")),
  };
}

/** Returns those of the values that are not as before. */
export function changesOf<Values extends object>(before: Values, after: Values): Partial<Values> {
  const changed = (Object.keys(after) as (keyof Values)[]).filter((name) => after[name] !== before[name]);
  return Object.fromEntries(changed.map((name) => [name, after[name]])) as Partial<Values>;
}
