import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defineComponent } from "vue";
import { client } from "@/api/client.gen";
import { useFieldsEditor } from "@/pages/catalogue/types/fields/useFieldsEditor";
import { useStoredType } from "@/pages/catalogue/types/form/useTypeForm";
import { aField, aType } from "./catalogue";

/** Answers a change with what it has stored, once it is let through. */
let letThrough: () => void;
let stored: object;
async function answer(input: RequestInfo | URL): Promise<Response> {
  const body = (await (input as Request).json()) as object;
  await new Promise<void>((resolve) => (letThrough = resolve));
  const headers = { "Content-Type": "application/json", ETag: '"2"' };
  return new Response(JSON.stringify({ ...stored, ...body }), { headers });
}

function inApp<Result>(work: () => Result): Result {
  const found: Result[] = [];
  mount(defineComponent({ setup: () => (found.push(work()), () => undefined) }));
  return found[0] as Result;
}

describe("what is entered while a change is stored", () => {
  const origin = client.getConfig();
  beforeEach(() => client.setConfig({ baseUrl: location.origin, fetch: answer }));
  afterEach(() => client.setConfig(origin));

  it("stays in the form of a device type", async () => {
    const type = aType();
    stored = type;
    const form = inApp(() => useStoredType({ item: type, etag: '"1"' }));
    form.values.value = { ...form.values.value, zh: "铣床二" };
    const saved = form.save();
    await flushPromises();
    form.values.value = { ...form.values.value, en: "Mill" };
    letThrough();
    await saved;
    expect([form.values.value.zh, form.values.value.en]).toEqual(["铣床二", "Mill"]);
    expect(form.hasChanges.value).toBe(true);
  });

  it("stays in the table of its fields", async () => {
    const fields = [aField("current", "float"), aField("voltage", "float")];
    stored = { fields_version: 2 };
    const item = { type_code: "milling", fields_version: 1, fields } as never;
    const editor = inApp(() => useFieldsEditor({ item, etag: '"1"' }));
    const [current, voltage] = editor.rows.drafts.value.map(({ key }) => key);
    editor.rows.edit(current ?? 0, { unit: "A" });
    const saved = editor.save();
    await flushPromises();
    editor.rows.edit(voltage ?? 0, { unit: "V" });
    letThrough();
    expect(await saved).toBe(true);
    expect(editor.rows.drafts.value.map(({ unit }) => unit)).toEqual(["A", "V"]);
    expect(editor.changes.value.changed).toEqual(["voltage"]);
  });
});
