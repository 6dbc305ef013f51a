import { VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defineComponent } from "vue";
import { client } from "@/api/client.gen";
import { useDeviceForm } from "@/pages/catalogue/devices/form/useDeviceForm";

type Form = ReturnType<typeof useDeviceForm>;

/** One device, which a request changes once it is let through. */
function aServer() {
  const device: Record<string, unknown> = {
    device_code: "W1",
    device_name: "a",
    device_type: "welding",
    is_locked: false,
  };
  const server = { letThrough: () => {} };
  const fetch = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request;
    if (request.method !== "GET") {
      const body = (await request.json()) as object;
      await new Promise<void>((resolve) => (server.letThrough = resolve));
      Object.assign(device, body);
    }
    return new Response(JSON.stringify(device), { headers: { "Content-Type": "application/json", ETag: '"1"' } });
  };
  return { server, fetch };
}

function formOf(...options: Parameters<typeof useDeviceForm>): Form {
  let form: Form | undefined;
  mount(defineComponent({ setup: () => ((form = useDeviceForm(...options)), () => undefined) }), {
    global: { plugins: [VueQueryPlugin] },
  });
  return form as Form;
}

describe("the form of a device", () => {
  const origin = client.getConfig();
  afterEach(() => client.setConfig(origin));
  let server: ReturnType<typeof aServer>["server"];
  beforeEach(() => {
    const made = aServer();
    server = made.server;
    client.setConfig({ baseUrl: location.origin, fetch: made.fetch });
  });

  it("keeps what is entered while it is stored", async () => {
    const form = formOf("W1");
    await flushPromises();
    const { values } = form;
    if (!values.value) throw new Error("the device is not loaded");
    values.value.device_name = "b";
    const saved = form.save();
    await flushPromises();
    values.value.team_name = "焊接一班";
    server.letThrough();
    expect(await saved).toBe(true);
    await form.refresh();
    expect(values.value).toMatchObject({ device_name: "b", team_name: "焊接一班" });
    expect(form.isChanged.value).toBe(true);
  });

  it("begins with what a link proposes, which is no change", () => {
    const { values, isChanged } = formOf(undefined, { device_code: "W9", device_type: "welding" });
    expect(values.value).toMatchObject({ device_code: "W9", device_type: "welding", device_name: "" });
    expect(isChanged.value).toBe(false);
    if (values.value) values.value.device_code = "W8";
    expect(isChanged.value).toBe(true);
  });
});
