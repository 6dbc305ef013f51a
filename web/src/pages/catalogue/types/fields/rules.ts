/** The rules of the contract for fields, checked before anything is sent. The server checks them again. */

import { charactersIn, LABEL_CHARACTERS_MAX, numberOf, type Violation } from "../form/rules";
import { type FieldDraft, isNumber } from "./drafts";

export type InputName = "name" | "type" | "zh" | "en" | "unit" | "decimals" | "minimum" | "maximum" | "max_length";
export type RowViolations = Partial<Record<InputName, Violation>>;

export const FIELDS_MAX = 500;
const UNIT_CHARACTERS_MAX = 20;
const DECIMALS_MAX = 15;
const LENGTH_MAX = 65_517;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
/** Every reading has them beside its fields. */
const RESERVED: readonly string[] = ["ts", "device_code"];

/** Returns the violations of the rows that have any, by key. */
export function violationsOf(drafts: readonly FieldDraft[]): Map<number, RowViolations> {
  const counts = new Map<string, number>();
  for (const { name } of drafts) counts.set(name.trim(), (counts.get(name.trim()) ?? 0) + 1);
  const found = new Map<number, RowViolations>();
  for (const draft of drafts) {
    const violations = rowViolations(draft, counts.get(draft.name.trim()) ?? 0);
    if (Object.keys(violations).length > 0) found.set(draft.key, violations);
  }
  return found;
}

function rowViolations(draft: FieldDraft, sameName: number): RowViolations {
  const found: [InputName, Violation | undefined][] = [
    ["name", nameViolation(draft.name.trim(), sameName)],
    ["zh", labelViolation(draft.zh.trim())],
    ["en", labelViolation(draft.en.trim())],
    ["unit", tooLong(draft.unit.trim(), UNIT_CHARACTERS_MAX)],
    ["decimals", wholeNumber(draft.decimals, 0, DECIMALS_MAX)],
    ["minimum", anyNumber(draft.minimum)],
    ["maximum", anyNumber(draft.maximum) ?? reversed(draft)],
    ["max_length", wholeNumber(draft.max_length, 1, LENGTH_MAX)],
  ];
  return Object.fromEntries(found.filter(([, violation]) => violation));
}

function nameViolation(name: string, count: number): Violation | undefined {
  if (!NAME.test(name)) return { rule: "identifier" };
  if (RESERVED.includes(name)) return { rule: "reserved", values: { name } };
  return count > 1 ? { rule: "repeated", values: { item: name } } : undefined;
}

function labelViolation(label: string): Violation | undefined {
  return label === "" ? { rule: "required" } : tooLong(label, LABEL_CHARACTERS_MAX);
}

function tooLong(text: string, max: number): Violation | undefined {
  return charactersIn(text) > max ? { rule: "tooLong", values: { max } } : undefined;
}

function wholeNumber(text: string, min: number, max: number): Violation | undefined {
  if (text.trim() === "") return undefined;
  const number = numberOf(text);
  const isValid = Number.isInteger(number) && number >= min && number <= max;
  return isValid ? undefined : { rule: "wholeNumber", values: { min, max } };
}

function anyNumber(text: string): Violation | undefined {
  return text.trim() === "" || Number.isFinite(numberOf(text)) ? undefined : { rule: "number" };
}

function reversed({ type, minimum, maximum }: FieldDraft): Violation | undefined {
  const isReversed = isNumber(type) && numberOf(minimum) > numberOf(maximum);
  return isReversed ? { rule: "maximumBelow", values: { minimum } } : undefined;
}
