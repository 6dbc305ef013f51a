import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contrast, distance, VISIONS } from "./colours";

const STATES = ["welding", "standby", "alarm", "off"] as const;
const LINES = [1, 2, 3, 4, 5, 6].map((number) => `series-${number}`);
const GROUNDS = ["ground", "surface", "surface-raised"] as const;
/** WCAG 2.2: 1.4.3 for words, 1.4.11 for shapes. */
const [WORDS_MIN, SHAPES_MIN] = [4.5, 3];
const DISTANCE_MIN = 15;

const css = readFileSync("src/styles/tokens.css", "utf-8");

function tokens(theme: "light" | "dark"): Record<string, string> {
  const [light = "", dark = ""] = css.split(":root.dark");
  const found = [...(theme === "light" ? light : dark).matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)];
  return Object.fromEntries(found.map(([, name = "", value = ""]) => [name, value]));
}

function pairs<Item>(items: readonly Item[]): [Item, Item][] {
  return items.flatMap((first, index) => items.slice(index + 1).map((second): [Item, Item] => [first, second]));
}

describe.each(["light", "dark"] as const)("the colours in the %s theme", (theme) => {
  const colour = (name: string): string => {
    const value = tokens(theme)[name];
    if (value === undefined) throw new Error(`there is no --${name}`);
    return value;
  };

  it.each(GROUNDS)("have words with enough contrast on the %s", (ground) => {
    const words = ["text", "text-muted", "accent-text", ...STATES.map((state) => `state-${state}-text`)];
    const weak = words.filter((word) => contrast(colour(word), colour(ground)) < WORDS_MIN);
    expect(weak).toEqual([]);
  });

  it.each(GROUNDS)("have shapes with enough contrast on the %s, by their fill or their outline", (ground) => {
    const edge = (state: string): string =>
      colour(["standby", "off"].includes(state) ? `state-${state}-outline` : `state-${state}-fill`);
    expect(STATES.filter((state) => contrast(edge(state), colour(ground)) < SHAPES_MIN)).toEqual([]);
    expect(contrast(colour("focus"), colour(ground))).toBeGreaterThanOrEqual(SHAPES_MIN);
    expect(LINES.filter((line) => contrast(colour(line), colour(ground)) < SHAPES_MIN)).toEqual([]);
  });

  it.each(Object.entries(VISIONS))("tell the states apart for %s vision", (_, vision) => {
    const alike = pairs(STATES).filter(
      ([first, second]) =>
        distance(colour(`state-${first}-fill`), colour(`state-${second}-fill`), vision) < DISTANCE_MIN,
    );
    expect(alike).toEqual([]);
  });
});
