/** The rules of the contract for device types, checked before anything is sent. The server checks them again. */

import { linesOf, type TypeValues, type ValueName } from "./values";

/** The key of a message below `types.rule`, and its values. */
export interface Violation {
  rule: string;
  values?: Record<string, string | number>;
}

export type Violations = Partial<Record<ValueName | "type_code", Violation>>;

export const LABEL_CHARACTERS_MAX = 100;
export const LIST_ITEMS_MAX = 50;
export const ITEM_CHARACTERS_MAX = 50;
const SECONDS_MAX = 31_536_000;
const POSITION_MAX = 1_000_000;
const TYPE_CODE = /^[a-z][a-z0-9_]{0,49}$/;
const SUPER_TABLE = /^[A-Za-z_][A-Za-z0-9_]{0,63}\.[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Returns the violations by input. `typeCode` is checked if the type is a new one. */
export function violationsOf(values: TypeValues, typeCode: string, isNew: boolean): Violations {
  const found: [ValueName | "type_code", Violation | undefined][] = [
    ["type_code", isNew && !TYPE_CODE.test(typeCode) ? { rule: "typeCode" } : undefined],
    ["zh", labelViolation(values.zh)],
    ["en", labelViolation(values.en)],
    ["aliases", listViolation(linesOf(values.aliases)) ?? aliasViolation(linesOf(values.aliases), typeCode)],
    ["super_table", SUPER_TABLE.test(values.super_table.trim()) ? undefined : { rule: "superTable" }],
    ["state_field", IDENTIFIER.test(values.state_field.trim()) ? undefined : { rule: "identifier" }],
    ["states", listViolation(values.states.map(({ state }) => state))],
    ["late_after_seconds", secondsViolation(values.late_after_seconds)],
    ["stale_after_seconds", secondsViolation(values.stale_after_seconds) ?? orderViolation(values)],
    ["position", positionViolation(values.position)],
  ];
  return Object.fromEntries(found.filter(([, violation]) => violation));
}

function labelViolation(label: string): Violation | undefined {
  if (label.trim() === "") return { rule: "required" };
  return charactersIn(label.trim()) > LABEL_CHARACTERS_MAX
    ? { rule: "tooLong", values: { max: LABEL_CHARACTERS_MAX } }
    : undefined;
}

function listViolation(items: readonly string[]): Violation | undefined {
  const texts = items.map((each) => each.trim());
  if (texts.length > LIST_ITEMS_MAX) return { rule: "tooMany", values: { max: LIST_ITEMS_MAX } };
  if (texts.includes("")) return { rule: "emptyItem" };
  const long = texts.find((each) => charactersIn(each) > ITEM_CHARACTERS_MAX);
  if (long !== undefined) return { rule: "longItem", values: { item: long, max: ITEM_CHARACTERS_MAX } };
  const repeated = texts.find((each, index) => texts.indexOf(each) !== index);
  return repeated === undefined ? undefined : { rule: "repeated", values: { item: repeated } };
}

function aliasViolation(aliases: readonly string[], typeCode: string): Violation | undefined {
  return aliases.includes(typeCode) ? { rule: "aliasIsCode" } : undefined;
}

function secondsViolation(text: string): Violation | undefined {
  const seconds = numberOf(text);
  return seconds > 0 && seconds <= SECONDS_MAX ? undefined : { rule: "seconds", values: { max: SECONDS_MAX } };
}

function orderViolation({ late_after_seconds, stale_after_seconds }: TypeValues): Violation | undefined {
  const isReversed = numberOf(stale_after_seconds) < numberOf(late_after_seconds);
  return isReversed ? { rule: "staleBeforeLate", values: { late: late_after_seconds } } : undefined;
}

function positionViolation(text: string): Violation | undefined {
  const position = numberOf(text);
  const isValid = Number.isInteger(position) && position >= 0 && position <= POSITION_MAX;
  return isValid ? undefined : { rule: "wholeNumber", values: { min: 0, max: POSITION_MAX } };
}

/** Returns the number that a text is; NaN if it is none, also for an empty text. */
export function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

/** As the server counts them: a character outside the basic plane is one. */
export function charactersIn(text: string): number {
  return Array.from(text).length;
}
