/** The order of the rows of a table, which waits while a person looks at it closely. */

import { type Ref, type ShallowRef, shallowRef, watch } from "vue";
import { movedCount, type Ordering, RowOrder } from "./order";

export interface OrderSource<R> {
  /** The rows by key; read again at each version. */
  readonly rows: () => ReadonlyMap<string, R>;
  readonly version: Readonly<Ref<number>>;
  /** The keys that the newest version has changed or removed; undefined for all. */
  readonly changed: () => Iterable<string> | undefined;
  /** A new object sorts all rows again, so it should be a computed. */
  readonly ordering: () => Ordering<R>;
  /** Whether rows must keep their places, as VirtualTable emits it by `hold`. */
  readonly held: Readonly<Ref<boolean>>;
}

export interface FrozenOrder {
  /** The keys of the rows in the order to show. */
  readonly keys: Readonly<ShallowRef<readonly string[]>>;
  /** How many rows would move, appear or disappear if they were sorted now; 0 unless the order is held. */
  readonly moving: Readonly<ShallowRef<number>>;
  /** Sorts now, although the order is held. */
  apply(): void;
}

export function useFrozenOrder<R>(source: OrderSource<R>): FrozenOrder {
  const keys = shallowRef<readonly string[]>([]);
  const moving = shallowRef(0);
  let order = new RowOrder(source.ordering());

  function apply(): void {
    keys.value = order.keys;
    moving.value = 0;
  }

  function reset(): void {
    order = new RowOrder(source.ordering());
    order.reset(source.rows());
    apply();
  }

  function update(): void {
    const changed = source.changed();
    if (changed === undefined) order.reset(source.rows());
    else if (!order.update(source.rows(), changed)) return;
    if (!source.held.value || keys.value.length === 0) apply();
    else hold();
  }

  /** Keeps the rows where they are; rows that are new come last, and those without data disappear. */
  function hold(): void {
    const rows = source.rows();
    const shown = new Set(keys.value);
    const kept = keys.value.filter((key) => rows.has(key));
    const added = order.keys.filter((key) => !shown.has(key));
    if (added.length > 0 || kept.length < keys.value.length) keys.value = [...kept, ...added];
    moving.value = movedCount(keys.value, order.keys);
  }

  watch(source.ordering, reset, { immediate: true, flush: "sync" });
  watch(source.version, update, { flush: "sync" });
  watch(source.held, (isHeld) => {
    if (!isHeld) apply();
  });
  return { keys, moving, apply };
}
