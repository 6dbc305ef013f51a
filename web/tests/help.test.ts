import { describe, expect, it } from "vitest";
import { helpText } from "@/app/shell/help/texts";
import { sources } from "./imports";

const files = import.meta.glob<{ sections: object[] }>("../src/help/*/*.json", { eager: true, import: "default" });
const routes = Object.entries(sources).filter(([path]) => path.endsWith("/routes.ts"));
const records = routes.flatMap(([, source]) => source.split(/\{\s*path:/).filter((each) => each.includes("meta:")));
const names = records.flatMap((record) => /help:\s*"([^"]+)"/.exec(record)?.[1] ?? []);

/** Returns the number of paragraphs and keys of each section. */
async function shapeOf(language: string, name: string): Promise<number[][]> {
  const { sections } = await helpText(language, name);
  return sections.map(({ paragraphs, keys }) => [paragraphs.length, keys?.length ?? 0]);
}

describe("the help", () => {
  it.each(names)("of %s has the same sections in both languages", async (name) => {
    expect(await shapeOf("en", name)).toEqual(await shapeOf("zh-CN", name));
    expect((await shapeOf("en", name)).length).toBeGreaterThan(1);
  });

  it("is there for each page that is shown with the header", () => {
    expect(records.filter((record) => !/help:|bare: true/.test(record))).toEqual([]);
  });

  it("has no text that no page shows", () => {
    const found = Object.keys(files).map((path) => path.replace(/^.*\/(.*)\.json$/, "$1"));
    expect(found.filter((name) => !names.includes(name))).toEqual([]);
  });
});
