import { mount } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { nextTick } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import type { JobLogTree } from "@/api";
import { factsOf } from "@/pages/runs/tree/facts";
import LogTree from "@/pages/runs/tree/LogTree.vue";
import { visibleRows } from "@/pages/runs/tree/rows";
import { logOf, moment, START } from "./rows";

const TREE: JobLogTree = {
  log: logOf({
    id: 6,
    parent_log_id: null,
    log_type: "execution_start",
    execution_phase: "initial",
    status: "success",
  }),
  children: [
    { log: logOf({ id: 7, started_at: moment(10) }), children: [] },
    {
      log: logOf({ id: 8, log_type: "success", execution_phase: "final", status: "success", started_at: null }),
      children: [],
    },
  ],
};

async function mountTree(path = "/") {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: {} }] });
  await router.push(path);
  return mount(LogTree, { props: { tree: TREE }, global: { plugins: [router] }, attachTo: document.body });
}

describe("the rows of the tree", () => {
  it("have their level, their place and the time since the start", () => {
    const rows = visibleRows(TREE, () => true);
    expect(rows.map(({ id, level, place, siblings, offset }) => [id, level, place, siblings, offset])).toEqual([
      ["log-6", 1, 1, 1, Date.parse(START) - Date.parse(START)],
      ["log-7", 2, 1, 2, 10],
      ["log-8", 2, 2, 2, null],
    ]);
  });

  it("are hidden below a row that is closed", () => {
    expect(visibleRows(TREE, () => false).map((row) => row.id)).toEqual(["log-6"]);
  });
});

describe("the tree", () => {
  let tree: Awaited<ReturnType<typeof mountTree>>;
  afterEach(() => {
    tree.unmount();
  });
  const focused = (): string | undefined => document.activeElement?.id;

  it("is walked, closed and opened by keyboard as any tree", async () => {
    tree = await mountTree();
    const root = tree.find("#log-6");
    await root.trigger("keydown", { key: "ArrowRight" });
    expect(focused()).toBe("log-7");
    await tree.find("#log-7").trigger("keydown", { key: "ArrowDown" });
    expect(focused()).toBe("log-8");
    await tree.find("#log-8").trigger("keydown", { key: "ArrowLeft" });
    expect(focused()).toBe("log-6");
    await root.trigger("keydown", { key: "ArrowLeft" });
    expect([tree.findAll("[role=treeitem]").length, root.attributes("aria-expanded")]).toEqual([1, "false"]);
    await root.trigger("keydown", { key: "ArrowRight" });
    expect(tree.findAll("[role=treeitem]")).toHaveLength(3);
  });

  it("opens the details of the row to which a link leads", async () => {
    tree = await mountTree("/#log-7");
    await nextTick();
    expect(tree.find("#log-7").text()).toContain("The store cannot be reached.");
    expect(tree.find("#log-8 .log-details").exists()).toBe(false);
  });

  it("opens and closes all details", async () => {
    tree = await mountTree();
    const [expand, collapse] = tree.findAll("button");
    await expand?.trigger("click");
    expect(tree.findAll(".log-details")).toHaveLength(3);
    await collapse?.trigger("click");
    expect(tree.findAll(".log-details")).toHaveLength(0);
  });
});

describe("the facts of a row", () => {
  it("are grouped, have units, and leave out what was not measured", () => {
    const metrics = {
      ...{ cpu_usage_percent: 12.5, memory_usage_mb: null, network_latency_ms: null },
      ...{ database_query_time_ms: 48.7, api_response_time_ms: null },
    };
    const groups = factsOf(logOf({ performance_metrics: metrics, rows_read: 0 }));
    expect(groups.map((group) => [group.name, group.facts.length])).toEqual([
      ["retry_context", 7],
      ["performance_metrics", 2],
      ["rows", 1],
    ]);
    expect(groups[1]?.facts[0]).toEqual({ name: "cpu_usage_percent", unit: "percent", value: 12.5 });
  });
});
