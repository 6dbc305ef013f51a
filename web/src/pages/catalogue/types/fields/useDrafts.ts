/** The rows of the table of fields, with undo. */

import { computed, shallowRef } from "vue";
import { type DraftPatch, edited, type FieldDraft, moved, newDraft } from "./drafts";

const STEPS_MAX = 200;

interface Step {
  drafts: readonly FieldDraft[];
  /** What made the rows differ from these: edits of one input are one step. */
  cause: string;
}

export function useDrafts(initial: readonly FieldDraft[]) {
  const drafts = shallowRef(initial);
  const past = shallowRef<readonly Step[]>([]);

  function change(next: readonly FieldDraft[], cause: string): void {
    if (next === drafts.value) return;
    const isSame = cause !== "" && past.value.at(-1)?.cause === cause;
    if (!isSame) past.value = [...past.value.slice(1 - STEPS_MAX), { drafts: drafts.value, cause }];
    drafts.value = next;
  }

  return {
    drafts,
    canUndo: computed(() => past.value.length > 0),
    edit: (key: number, patch: DraftPatch): void => {
      const next = drafts.value.map((draft) => (draft.key === key ? edited(draft, patch) : draft));
      change(next, `${key} ${Object.keys(patch).join()}`);
    },
    move: (key: number, by: number): void => {
      change(moved(drafts.value, key, by), "");
    },
    remove: (key: number): void => {
      const others = drafts.value.filter((draft) => draft.key !== key);
      change(others, "");
    },
    /** Adds an empty row at the end, and returns its key. */
    add: (): number => {
      const draft = newDraft();
      change([...drafts.value, draft], "");
      return draft.key;
    },
    undo: (): void => {
      const step = past.value.at(-1);
      if (!step) return;
      past.value = past.value.slice(0, -1);
      drafts.value = step.drafts;
    },
    /** Begins anew with other rows. */
    reset: (next: readonly FieldDraft[]): void => {
      drafts.value = next;
      past.value = [];
    },
  };
}
