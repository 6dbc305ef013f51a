/** Merges what a form has changed with what another person has stored meanwhile. */

export type Side = "mine" | "theirs";

export interface Merge<Value> {
  /** Their values with mine over them; a key that is missing has been removed. */
  merged: Map<string, Value>;
  /** What both have changed to different values; `merged` has mine. */
  conflicts: string[];
  /** What only they have changed. */
  taken: string[];
}

/** Compares, key by key, mine and theirs with what both began with. Values are plain data with keys in the same order. */
export function merge<Value>(
  base: ReadonlyMap<string, Value>,
  mine: ReadonlyMap<string, Value>,
  theirs: ReadonlyMap<string, Value>,
): Merge<Value> {
  const found: Merge<Value> = { merged: new Map(mine), conflicts: [], taken: [] };
  for (const key of new Set([...base.keys(), ...mine.keys(), ...theirs.keys()])) {
    if (isEqual(theirs.get(key), base.get(key)) || isEqual(theirs.get(key), mine.get(key))) continue;
    if (isEqual(mine.get(key), base.get(key))) {
      found.taken.push(key);
      put(found.merged, key, theirs.get(key));
    } else found.conflicts.push(key);
  }
  return found;
}

/** Sets a value, or removes it where it is undefined. */
export function put<Value>(values: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) values.delete(key);
  else values.set(key, value);
}

export function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Returns a copy of plain data, also of reactive data, which `structuredClone` rejects. */
export function copyOf<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
