import { describe, expect, it } from "vitest";
import { messages as english } from "@/locales/en";
import { messages as chinese } from "@/locales/zh-CN";

const sources = import.meta.glob<string>(["../src/**/*.vue", "../src/**/*.ts", "!../src/api/**"], {
  eager: true,
  query: "?raw",
  import: "default",
});

function entriesOf(messages: object, prefix = ""): [string, string][] {
  return Object.entries(messages).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "object" && value !== null
      ? entriesOf(value, `${prefix}${name}.`)
      : [[prefix + name, String(value)]],
  );
}

function keysOf(messages: object): string[] {
  return entriesOf(messages).map(([key]) => key);
}

/** Returns the names of the values that a message shows, for example count of "{count} runs". */
function valuesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ""))].sort();
}

const chineseTexts = new Map(entriesOf(chinese));

describe("the messages", () => {
  it("have the same keys in both languages", () => {
    expect(keysOf(english).sort()).toEqual(keysOf(chinese).sort());
  });

  it("show the same values in both languages", () => {
    const differing = entriesOf(english).filter(
      ([key, text]) => valuesIn(text).join() !== valuesIn(chineseTexts.get(key) ?? "").join(),
    );
    expect(differing).toEqual([]);
  });

  it("are all there that the source uses", () => {
    const known = new Set(keysOf(chinese));
    const used = Object.values(sources).flatMap((source) =>
      [...source.matchAll(/\bt\(\s*["']([\w.-]+)["']/g)].map((match) => match[1] ?? ""),
    );
    expect(used.filter((key) => !known.has(key))).toEqual([]);
    expect(used.length).toBeGreaterThan(0);
  });

  it("are all used", () => {
    const text = Object.values(sources).join("\n");
    const families = [...text.matchAll(/`([\w.-]+\.)\$\{/g)].map((match) => match[1] ?? "");
    const isUsed = (key: string): boolean =>
      text.includes(`"${key}"`) || text.includes(`'${key}'`) || families.some((family) => key.startsWith(family));
    expect(keysOf(chinese).filter((key) => !isUsed(key))).toEqual([]);
  });
});
