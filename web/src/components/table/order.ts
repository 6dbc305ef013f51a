/** The order of rows by one value of each, kept while rows change: only what has moved is sorted again. */

export type SortValue = string | number | null | undefined;

export interface Ordering<R> {
  /** Returns the value to sort by; rows without one come last. Texts are in the order of the Chinese language, numbers in texts by value. */
  readonly value: (row: R, key: string) => SortValue;
  readonly descending: boolean;
  /** Whether a row is shown. Defaults to all rows. */
  readonly accepts?: ((row: R, key: string) => boolean) | undefined;
}

const collator = new Intl.Collator("zh", { numeric: true });

export class RowOrder<R> {
  keys: readonly string[] = [];
  private readonly values = new Map<string, SortValue>();

  constructor(private readonly ordering: Ordering<R>) {}

  /** Orders all rows. */
  reset(rows: ReadonlyMap<string, R>): void {
    this.values.clear();
    for (const [key, row] of rows) if (this.accepts(row, key)) this.values.set(key, this.valueOf(row, key));
    this.keys = [...this.values.keys()].sort(this.compare);
  }

  /** Puts the changed rows where they belong now. Returns whether the order is another one. */
  update(rows: ReadonlyMap<string, R>, changed: Iterable<string>): boolean {
    const moved = new Set<string>();
    for (const key of changed) if (this.revalue(rows, key)) moved.add(key);
    if (moved.size === 0) return false;
    const inserted = [...moved].filter((key) => this.values.has(key)).sort(this.compare);
    this.keys = this.merged(
      this.keys.filter((key) => !moved.has(key)),
      inserted,
    );
    return true;
  }

  /** Reads the value of a row again. Returns whether it may belong elsewhere. */
  private revalue(rows: ReadonlyMap<string, R>, key: string): boolean {
    const row = rows.get(key);
    if (row === undefined || !this.accepts(row, key)) return this.values.delete(key);
    const value = this.valueOf(row, key);
    const isSame = this.values.has(key) && this.values.get(key) === value;
    this.values.set(key, value);
    return !isSame;
  }

  private accepts(row: R, key: string): boolean {
    return this.ordering.accepts?.(row, key) ?? true;
  }

  private valueOf(row: R, key: string): SortValue {
    const value = this.ordering.value(row, key);
    return typeof value === "number" && Number.isNaN(value) ? null : value;
  }

  private readonly compare = (one: string, other: string): number => {
    const [left, right] = [this.values.get(one) ?? null, this.values.get(other) ?? null];
    if (left === null || right === null)
      return Number(left === null) - Number(right === null) || compareKeys(one, other);
    const sign = this.ordering.descending ? -1 : 1;
    return sign * compareValues(left, right) || compareKeys(one, other);
  };

  private merged(kept: readonly string[], inserted: readonly string[]): string[] {
    const result: string[] = [];
    let next = 0;
    for (const key of kept) {
      for (let each = inserted[next]; each !== undefined && this.compare(each, key) < 0; each = inserted[++next])
        result.push(each);
      result.push(key);
    }
    return result.concat(inserted.slice(next));
  }
}

function compareValues(left: string | number, right: string | number): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") return left === right ? 0 : collator.compare(left, right);
  return typeof left === "number" ? -1 : 1;
}

/** Equal rows are in the order of the API: by device code. */
function compareKeys(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Returns how many rows must be moved, at least, to get one order from another; rows that are in one of them only included. */
export function movedCount(from: readonly string[], to: readonly string[]): number {
  const indexes = new Map(from.map((key, index) => [key, index]));
  const common = to.flatMap((key) => indexes.get(key) ?? []);
  return to.length - common.length + (from.length - longestIncreasing(common));
}

/** Returns the length of the longest increasing subsequence. */
function longestIncreasing(numbers: readonly number[]): number {
  const tails: number[] = []; // the smallest last number of a subsequence of each length
  for (const number of numbers) tails[firstNotBelow(tails, number)] = number;
  return tails.length;
}

function firstNotBelow(sorted: readonly number[], number: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
