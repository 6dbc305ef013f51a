import { flushPromises } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { changesOf, useEditor } from "@/components/forms/useEditor";
import { randomPassword } from "@/components/forms/password";

const problem = (status: number, errors: object[] = []) => ({
  problem: { type: "", title: "", status, detail: "", help: "", request_id: "r", errors },
});

/** A stored name, whose version is its number of changes. */
function aStore() {
  const store = { name: "a", version: 1, received: [] as object[] };
  const change = (changes: Partial<{ name: string; note: string }>, etag: string) => {
    if (etag !== String(store.version)) return Promise.reject(Object.assign(new Error(), problem(412)));
    store.received.push(changes);
    store.name = changes.name ?? store.name;
    store.version += 1;
    return Promise.resolve();
  };
  const read = () => Promise.resolve({ values: { name: store.name, note: "" }, etag: String(store.version) });
  return { store, read, change };
}

const blank = { name: "", note: "" };
const create = () => Promise.resolve();

describe("an editor", () => {
  it("sends only what was changed", async () => {
    const { store, read, change } = aStore();
    const editor = useEditor({ blank, read, create, change });
    await flushPromises();
    if (editor.values.value) editor.values.value.name = "b";

    expect(await editor.save()).toBe(true);
    expect(store.received).toEqual([{ name: "b" }]);
  });

  it("keeps what was entered in a conflict, and overwrites only when asked to", async () => {
    const { store, read, change } = aStore();
    const editor = useEditor({ blank, read, create, change });
    await flushPromises();
    Object.assign(store, { name: "theirs", version: 2 });
    if (editor.values.value) editor.values.value.note = "mine";

    expect(await editor.save()).toBe(false);
    expect(editor.isConflict.value).toBe(true);
    expect(editor.values.value?.note).toBe("mine");
    expect(await editor.overwrite()).toBe(true);
    expect(store).toMatchObject({ name: "theirs", received: [{ note: "mine" }] });
  });

  it("shows errors at their fields, and others beside them", async () => {
    const errors = [
      { location: "body", name: "/name", detail: "is taken" },
      { location: "body", name: "/other", detail: "is unknown" },
    ];
    const rejected = () => Promise.reject(Object.assign(new Error(), problem(400, errors)));
    const editor = useEditor({ blank, create: rejected, change: create });

    expect(await editor.save()).toBe(false);
    expect(editor.errors.value).toEqual({ fields: { name: "is taken" }, others: ["/other: is unknown"] });
  });

  it("finds no changes where nothing was changed", () => {
    expect(changesOf(blank, { ...blank })).toEqual({});
  });
});

describe("a random password", () => {
  it("has 20 characters in groups, and is another one each time", () => {
    const passwords = Array.from({ length: 100 }, randomPassword);
    for (const each of passwords) expect(each).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    expect(new Set(passwords).size).toBe(100);
  });
});
