/** Edits the properties of a device type: what was typed, what is wrong with it, and what another person has stored meanwhile. */

import { computed, ref, shallowRef } from "vue";
import { type DeviceType, updateType, type WrittenDeviceType } from "@/api";
import { isOutdated, kindOf, problemOf } from "@/app/problem";
import { errorsBy, type FormErrors, NO_ERRORS } from "@/components/forms/errors";
import { copyOf, isEqual, merge, type Side } from "../conflict/merge";
import { useConflict } from "../conflict/useConflict";
import { readType, type Versioned } from "../queries";
import { type Violations, violationsOf } from "./rules";
import { useRuleTexts } from "./useRuleTexts";
import { changesOf, fromMap, inputOf, toMap, type TypeValues, valuesOf, type ValueName } from "./values";

/** What a form of a device type shows; `send` stores it. */
export function useTypeForm(initial: TypeValues, typeCode: () => string, isNew: boolean) {
  const ruleTexts = useRuleTexts();
  const base = shallowRef(initial);
  const values = ref(copyOf(initial));
  const rejected = shallowRef<FormErrors>(NO_ERRORS);
  const failure = shallowRef<unknown>();
  const isSaving = ref(false);
  /** Errors are shown from the first attempt to save. */
  const isAttempted = ref(false);
  /** The super table need not exist yet. */
  const isUnchecked = ref(false);

  const violations = computed<Violations>(() => violationsOf(values.value, typeCode(), isNew));
  const errors = computed<Record<string, string>>(() => ({
    ...rejected.value.fields,
    ...(isAttempted.value && ruleTexts(violations.value)),
  }));

  /** Sends the form unless it breaks a rule; returns whether it is stored. */
  async function attempt(send: () => Promise<void>): Promise<boolean> {
    isAttempted.value = true;
    if (isSaving.value || Object.keys(violations.value).length > 0) return false;
    rejected.value = NO_ERRORS;
    failure.value = undefined;
    isSaving.value = true;
    try {
      await send();
      return true;
    } catch (error) {
      failure.value = error;
      rejected.value = rejectionOf(error);
      return false;
    } finally {
      isSaving.value = false;
    }
  }

  /** A conflict stands at the input that causes it. */
  function rejectionOf(error: unknown): FormErrors {
    const problem = problemOf(error);
    const kind = kindOf(error);
    const detail = problem?.detail ?? "";
    if (kind.startsWith("super-table")) return { fields: { super_table: detail }, others: [] };
    if (kind === "already-exists") {
      const input = isNew && detail.startsWith(`${typeCode()} `) ? "type_code" : "aliases";
      return { fields: { [input]: detail }, others: [] };
    }
    return errorsBy(problem, inputOf);
  }

  return {
    values,
    base,
    isUnchecked,
    errors,
    otherErrors: computed(() => rejected.value.others),
    failure,
    isSaving,
    hasChanges: computed(() => !isEqual(values.value, base.value)),
    attempt,
    reset: (to: TypeValues) => {
      base.value = to;
      values.value = copyOf(to);
      isAttempted.value = false;
      rejected.value = NO_ERRORS;
      failure.value = undefined;
    },
  };
}

/** Edits a stored device type. */
export function useStoredType(stored: Versioned<DeviceType>) {
  const code = stored.item.type_code;
  const form = useTypeForm(valuesOf(stored.item), () => code, false);
  const conflict = useConflict<unknown>();
  let etag = stored.etag;

  /** Stores what was changed; returns the type as it is stored now, or undefined if it is not. */
  async function save(): Promise<WrittenDeviceType | undefined> {
    const written = await send();
    if (written) return written;
    // The version also changes with what the form does not show, for example the fields.
    return (await mergeStored()) ? undefined : send();
  }

  async function send(): Promise<WrittenDeviceType | undefined> {
    let written: WrittenDeviceType | undefined;
    const sent = toMap(copyOf(form.values.value));
    await form.attempt(async () => {
      const body = changesOf(form.base.value, form.values.value) ?? {};
      const query = { validate: !form.isUnchecked.value };
      const options = { path: { type_code: code }, query, body, headers: { "If-Match": etag } };
      const { data, response } = await updateType({ ...options, throwOnError: true });
      written = data;
      etag = response.headers.get("ETag") ?? "";
    });
    if (written) {
      conflict.end();
      // What was entered while it was stored stays.
      const { merged } = merge(sent, toMap(copyOf(form.values.value)), toMap(valuesOf(written)));
      form.reset(valuesOf(written));
      form.values.value = fromMap(merged);
    }
    return written;
  }

  /** After a conflict of versions, merges the stored values. Returns whether there is something to show. */
  async function mergeStored(): Promise<boolean> {
    if (!isOutdated(form.failure.value)) return true;
    try {
      const current = await readType(code);
      const theirs = valuesOf(current.item);
      form.values.value = fromMap(
        conflict.begin(toMap(form.base.value), toMap(copyOf(form.values.value)), toMap(theirs)),
      );
      form.base.value = theirs;
      etag = current.etag;
      form.failure.value = undefined;
      return !conflict.isEmpty.value;
    } catch (error) {
      form.failure.value = error;
      return true;
    }
  }

  function choose(name: string, side: Side): void {
    const chosen = conflict.choose(name, side);
    form.values.value = { ...form.values.value, [name as ValueName]: copyOf(chosen) };
  }

  /** Puts the stored properties back into the form. */
  function discard(): void {
    conflict.end();
    form.reset(form.base.value);
  }

  return { ...form, conflict, save, choose, discard };
}
