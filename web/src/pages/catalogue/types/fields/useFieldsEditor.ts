/** Edits the fields of a device type and stores all of them at once. */

import { computed, ref, shallowRef } from "vue";
import { type DeviceTypeFields, type FieldDefinition, replaceFields } from "@/api";
import { isOutdated, problemOf } from "@/app/problem";
import { errorsBy } from "@/components/forms/errors";
import { isEqual, merge, type Side } from "../conflict/merge";
import { useConflict } from "../conflict/useConflict";
import { useRuleTexts } from "../form/useRuleTexts";
import { readFields, type Versioned } from "../queries";
import { changesOf, type Definition, definitionOf, draftOf, type FieldDraft, hasAny } from "./drafts";
import { byName, mergedDrafts, withField } from "./mergeFields";
import { type InputName, violationsOf } from "./rules";
import { useDrafts } from "./useDrafts";

export type RowErrors = Partial<Record<InputName, string>>;

const draftsOf = (fields: readonly FieldDefinition[]) => fields.map((field) => draftOf(field, true));

export function useFieldsEditor(stored: Versioned<DeviceTypeFields>) {
  const ruleTexts = useRuleTexts();
  const code = stored.item.type_code;
  const rows = useDrafts(draftsOf(stored.item.fields));
  const base = shallowRef<readonly Definition[]>(rows.drafts.value.map(definitionOf));
  const etag = ref(stored.etag);
  const conflict = useConflict<Definition>();
  const failure = shallowRef<unknown>();
  /** Errors of the server, by the key of the row and the input. */
  const rejected = shallowRef<ReadonlyMap<number, RowErrors>>(new Map());
  const otherErrors = shallowRef<readonly string[]>([]);
  const isSaving = ref(false);
  /** Errors are shown from the first attempt to save. */
  const isAttempted = ref(false);

  const definitions = computed(() => rows.drafts.value.map(definitionOf));
  const changes = computed(() => changesOf(base.value, definitions.value));
  const violations = computed(() => violationsOf(rows.drafts.value));
  const errors = computed<ReadonlyMap<number, RowErrors>>(() => {
    if (!isAttempted.value || violations.value.size === 0) return rejected.value;
    return new Map([...violations.value].map(([key, found]) => [key, ruleTexts(found)]));
  });

  /** Shows what is stored now. Rows keep their identity, and inputs the focus. */
  function begin(now: Versioned<DeviceTypeFields>): void {
    const keys = new Map(rows.drafts.value.map((draft) => [definitionOf(draft).name, draft.key]));
    rows.reset(draftsOf(now.item.fields).map((draft) => ({ ...draft, key: keys.get(draft.name) ?? draft.key })));
    base.value = definitions.value;
    etag.value = now.etag;
    isAttempted.value = false;
    forget();
    conflict.end();
  }

  function forget(): void {
    failure.value = undefined;
    rejected.value = new Map();
    otherErrors.value = [];
  }

  /** Stores all rows unless one breaks a rule; returns whether they are stored. */
  async function save(): Promise<boolean> {
    isAttempted.value = true;
    if (isSaving.value || violations.value.size > 0) return false;
    forget();
    isSaving.value = true;
    try {
      await send();
      return true;
    } catch (error) {
      await show(error);
      return false;
    } finally {
      isSaving.value = false;
    }
  }

  async function send(): Promise<void> {
    const sent = definitions.value;
    const options = { path: { type_code: code }, body: { fields: sent }, throwOnError: true as const };
    const { data, response } = await replaceFields({ ...options, headers: { "If-Match": etag.value } });
    const entered = rows.drafts.value;
    begin({ item: data, etag: response.headers.get("ETag") ?? "" });
    if (!isEqual(entered.map(definitionOf), sent)) keepEntered(entered, sent);
  }

  /** What was entered while it was stored stays. */
  function keepEntered(entered: readonly FieldDraft[], sent: readonly Definition[]): void {
    const { merged } = merge(byName(sent), byName(entered.map(definitionOf)), byName(base.value));
    rows.reset(mergedDrafts(entered, merged, base.value));
  }

  async function show(error: unknown): Promise<void> {
    failure.value = error;
    if (isOutdated(error)) return mergeStored();
    const { fields, others } = errorsBy(problemOf(error), inputOf);
    otherErrors.value = others;
    rejected.value = byRow(fields);
  }

  /** Returns the row and the input of a pointer, for example `17 zh` of `fields/3/labels/zh`. */
  function inputOf(pointer: string): string | undefined {
    const [, index, name] = /^fields\/(\d+)\/(?:labels\/)?(\w+)/.exec(pointer) ?? [];
    const key = rows.drafts.value[Number(index)]?.key;
    return key === undefined || name === undefined ? undefined : `${key} ${name}`;
  }

  async function mergeStored(): Promise<void> {
    try {
      const current = await readFields(code);
      const theirs = draftsOf(current.item.fields).map(definitionOf);
      const merged = conflict.begin(byName(base.value), byName(definitions.value), byName(theirs));
      rows.reset(mergedDrafts(rows.drafts.value, merged, theirs));
      base.value = theirs;
      etag.value = current.etag;
      failure.value = undefined;
    } catch (error) {
      failure.value = error;
    }
  }

  return {
    rows,
    base,
    definitions,
    etag,
    changes,
    hasChanges: computed(() => hasAny(changes.value) || violations.value.size > 0),
    errors,
    otherErrors,
    failure,
    isSaving,
    conflict,
    begin,
    save,
    choose: (name: string, side: Side): void => {
      rows.reset(withField(rows.drafts.value, name, conflict.choose(name, side)));
    },
    /** Puts the stored fields back into the table. */
    discard: (): void => {
      rows.reset(base.value.map((field) => draftOf(field, true)));
      isAttempted.value = false;
      forget();
      conflict.end();
    },
  };
}

function byRow(inputs: Record<string, string>): Map<number, RowErrors> {
  const found = new Map<number, RowErrors>();
  for (const [input, text] of Object.entries(inputs)) {
    const [key, name] = input.split(" ");
    found.set(Number(key), { ...found.get(Number(key)), [name as InputName]: text });
  }
  return found;
}
