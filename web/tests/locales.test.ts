import { describe, expect, it } from "vitest";
import { byArea } from "@/locales/areas";
import { pageAreas } from "@/locales/messages";
import { importsIn, LAZY_PARTS, reachableFrom, sources } from "./imports";

const all = import.meta.glob("../src/locales/*/*.json", { eager: true, import: "default" });

function messagesOf(language: string): object {
  return byArea(Object.fromEntries(Object.entries(all).filter(([path]) => path.includes(`/${language}/`))));
}

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

/** Returns the beginnings of keys of which the source computes the rest, for example `runs.kind.`. */
function familiesIn(source: string): string[] {
  return [...source.matchAll(/`([\w.-]+\.)\$\{/g)].map((match) => match[1] ?? "");
}

const english = messagesOf("en");
const chinese = messagesOf("zh-CN");
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
    const used = Object.values(sources).flatMap((source) =>
      [...source.matchAll(/\bt\(\s*["']([\w.-]+)["']/g)].map((match) => match[1] ?? ""),
    );
    expect(used.filter((key) => !chineseTexts.has(key))).toEqual([]);
    expect(used.length).toBeGreaterThan(0);
  });

  it("are all used", () => {
    const text = Object.values(sources).join("\n");
    const families = familiesIn(text);
    const isUsed = (key: string): boolean =>
      text.includes(`"${key}"`) || text.includes(`'${key}'`) || families.some((family) => key.startsWith(family));
    expect(keysOf(chinese).filter((key) => !isUsed(key))).toEqual([]);
  });
});

interface Page {
  readonly component: string;
  readonly messages: readonly string[];
}

/** Returns the pages of the routes in a source. */
function pagesIn(path: string, source: string): Page[] {
  return source.split(/\{\s*path:/).flatMap((record) => {
    const [component] = importsIn(path, /import\("[^"]+"\)/.exec(record)?.[0] ?? "");
    if (component === undefined) return [];
    return [{ component, messages: namesIn(/messages:\s*\[([^\]]*)\]/.exec(record)?.[1] ?? "") }];
  });
}

/** Returns the parts of pages in a source that bring their messages along. */
function partsIn(path: string, source: string): Page[] {
  return [...source.matchAll(LAZY_PARTS)].map(([, named = "", load = ""]) => {
    const [component = ""] = importsIn(path, load);
    return { component, messages: namesIn(named) };
  });
}

function namesIn(list: string): string[] {
  return [...list.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);
}

/** Returns the areas whose messages the sources use. */
function areasIn(paths: ReadonlySet<string>): string[] {
  const text = [...paths].map((path) => sources[path] ?? "").join("\n");
  const families = familiesIn(text);
  const literals = new Set([...text.matchAll(/["']([\w-]+\.[\w.-]+)["']/g)].map(([, literal = ""]) => literal));
  return pageAreas.filter(
    (area) =>
      families.some((family) => family.startsWith(`${area}.`)) ||
      [...literals].some((literal) => literal.startsWith(`${area}.`) && chineseTexts.has(literal)),
  );
}

describe("a page", () => {
  const routes = Object.entries(sources).filter(([path]) => /\/(routes|router)\.ts$/.test(path));
  const pages = routes.flatMap(([path, source]) => pagesIn(path, source));
  const parts = Object.entries(sources).flatMap(([path, source]) => partsIn(path, source));

  it.each([...pages, ...parts])("names the messages that it uses: $component", ({ component, messages }) => {
    expect(areasIn(reachableFrom(component)).filter((area) => !messages.includes(area))).toEqual([]);
  });

  it("needs no other messages for the frame around it", () => {
    const frame = reachableFrom("../src/main.ts", /\/pages\//);
    expect(areasIn(frame)).toEqual([]);
    expect(pages.length).toBeGreaterThan(5);
  });
});
