import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { flushPromises, mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { defineComponent, ref } from "vue";
import type { Problem } from "@/api";
import { mayPass } from "@/app/queries";
import { useQuery } from "@/app/useQuery";
import { ApiError, NetworkError } from "@/session";

/** Mounts a query by name whose requests the test answers, one by one. */
function started() {
  const name = ref("first");
  let answer: { resolve: (data: string) => void; reject: (error: Error) => void } | undefined;
  const setup = () => {
    const query = useQuery({
      queryKey: ["name", name],
      queryFn: () => new Promise<string>((resolve, reject) => (answer = { resolve, reject })),
      retry: false,
    });
    return { query };
  };
  const queryClient = new QueryClient();
  const { vm } = mount(defineComponent({ setup, template: "<i />" }), {
    global: { plugins: [[VueQueryPlugin, { queryClient }]] },
  });
  const fail = async (text: string): Promise<void> => {
    answer?.reject(new Error(text));
    await flushPromises();
  };
  const succeed = async (): Promise<void> => {
    answer?.resolve("data");
    await flushPromises();
  };
  return { name, query: vm.query, fail, succeed };
}

describe("the error of a query", () => {
  it("stays while the query is attempted again", async () => {
    const { query, fail } = started();
    await fail("no route");

    void query.refetch();
    await flushPromises();

    expect(query.fetchStatus.value).toBe("fetching");
    expect(query.error.value).toEqual(new Error("no route"));
    await fail("still no route");
    expect(query.error.value).toEqual(new Error("still no route"));
  });

  it("goes when there is data", async () => {
    const { query, fail, succeed } = started();
    await fail("no route");

    void query.refetch();
    await succeed();

    expect(query.error.value).toBeNull();
    expect(query.data.value).toBe("data");
  });

  it("is not that of the query before", async () => {
    const { name, query, fail } = started();
    await fail("no route");

    name.value = "second";
    await flushPromises();

    expect(query.error.value).toBeNull();
  });
});

describe("a request that has failed", () => {
  const problem: Problem = { type: "/problems/x", title: "", status: 404, detail: "", request_id: "", help: "" };

  it("is repeated once if the failure may pass", () => {
    expect(mayPass(0, new NetworkError("timeout"))).toBe(true);
    expect(mayPass(0, new ApiError({ ...problem, status: 503 }, 503))).toBe(true);
    expect(mayPass(1, new NetworkError("timeout"))).toBe(false);
  });

  it("is not repeated if the server has rejected it", () => {
    expect(mayPass(0, new ApiError(problem, 404))).toBe(false);
  });
});
