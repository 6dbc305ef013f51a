/** What is to be decided after another person has stored a change meanwhile. */

import { computed, shallowRef } from "vue";
import { type Merge, merge, type Side } from "./merge";

interface Found<Value> extends Merge<Value> {
  mine: ReadonlyMap<string, Value>;
  theirs: ReadonlyMap<string, Value>;
  choices: ReadonlyMap<string, Side>;
}

export function useConflict<Value>() {
  const found = shallowRef<Found<Value>>();

  /** Finds what to decide, and returns the merged values. */
  function begin(
    base: ReadonlyMap<string, Value>,
    mine: ReadonlyMap<string, Value>,
    theirs: ReadonlyMap<string, Value>,
  ): Map<string, Value> {
    const result = merge(base, mine, theirs);
    found.value = { ...result, mine, theirs, choices: new Map() };
    return result.merged;
  }

  /** Notes a decision, and returns the value that was chosen; undefined if it is a removal. */
  function choose(key: string, side: Side): Value | undefined {
    if (!found.value) return undefined;
    found.value = { ...found.value, choices: new Map(found.value.choices).set(key, side) };
    return found.value[side].get(key);
  }

  return {
    found,
    /** Whether what the other person has changed is not shown here. */
    isEmpty: computed(() => !found.value || found.value.conflicts.length + found.value.taken.length === 0),
    isDecided: computed(() => found.value?.conflicts.every((key) => found.value?.choices.has(key)) ?? true),
    begin,
    choose,
    end: () => (found.value = undefined),
  };
}

export type Conflict<Value> = ReturnType<typeof useConflict<Value>>;
