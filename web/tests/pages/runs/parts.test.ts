import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope } from "vue";
import { copyText } from "@/app/copy";
import CopyButton from "@/components/CopyButton.vue";
import { clockOffset, useTicking } from "@/pages/runs/parts/clock";

function setClipboard(clipboard: Partial<Clipboard> | undefined): void {
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: clipboard });
}

function setExecCommand(command: () => boolean): void {
  Object.defineProperty(document, "execCommand", { configurable: true, value: command });
}

describe("copying", () => {
  const original = navigator.clipboard;
  const copied: string[] = [];

  beforeEach(() => {
    copied.length = 0;
    setExecCommand(() => {
      copied.push(document.querySelector("textarea")?.value ?? "");
      return true;
    });
  });
  afterEach(() => {
    setClipboard(original);
  });

  it("uses the clipboard where there is one", async () => {
    const written: string[] = [];
    setClipboard({ writeText: (text) => Promise.resolve(void written.push(text)) });
    expect([await copyText("a"), written, copied]).toEqual([true, ["a"], []]);
  });

  it("selects the text where there is none, as over plain HTTP, and gives the focus back", async () => {
    setClipboard(undefined);
    const button = document.createElement("button");
    document.body.append(button);
    button.focus();
    expect([await copyText("b"), copied]).toEqual([true, ["b"]]);
    expect([document.activeElement, document.querySelector("textarea")]).toEqual([button, null]);
  });

  it("selects the text inside an open dialog, which makes the rest of the page inert", async () => {
    setClipboard(undefined);
    const dialog = document.createElement("dialog");
    dialog.open = true;
    document.body.append(dialog);
    setExecCommand(() => dialog.querySelector("textarea") !== null);
    expect([await copyText("e"), dialog.childElementCount]).toEqual([true, 0]);
    dialog.remove();
  });

  it("selects the text where the clipboard is forbidden", async () => {
    setClipboard({ writeText: () => Promise.reject(new Error("forbidden")) });
    expect([await copyText("c"), copied]).toEqual([true, ["c"]]);
  });

  it("says whether it worked", async () => {
    setClipboard(undefined);
    const button = mount(CopyButton, { props: { text: () => "d", label: "复制链接" } });
    await button.find("button").trigger("click");
    await vi.waitFor(() => {
      expect(button.text()).toBe("已复制");
    });
    setExecCommand(() => false);
    await button.find("button").trigger("click");
    await vi.waitFor(() => {
      expect(button.text()).toBe("无法复制");
    });
    button.unmount();
  });
});

describe("the clock of the server", () => {
  const now = Date.parse("2026-03-02T08:15:00Z");

  it("counts where the one here is clearly wrong", () => {
    expect(clockOffset("Mon, 02 Mar 2026 08:17:00 GMT", now)).toBe(120_000);
    expect(clockOffset("Mon, 02 Mar 2026 08:10:00 GMT", now)).toBe(-300_000);
  });

  it("is left out where the difference may be noise, or is unknown", () => {
    expect(clockOffset("Mon, 02 Mar 2026 08:15:01 GMT", now)).toBe(0);
    expect(clockOffset(null, now)).toBe(0);
    expect(clockOffset("yesterday", now)).toBe(0);
  });
});

describe("the ticking", () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "requestAnimationFrame", "cancelAnimationFrame", "Date"],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("moves once per second while the run goes on, and stops with the component", () => {
    const scope = effectScope();
    const ticking = scope.run(() => useTicking(() => true));
    const first = ticking?.value ?? 0;
    vi.advanceTimersByTime(900);
    expect(ticking?.value).toBe(first);
    vi.advanceTimersByTime(200);
    expect(ticking?.value).toBeGreaterThanOrEqual(first + 1_000);
    scope.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("stands still for a run that has ended", () => {
    const scope = effectScope();
    scope.run(() => useTicking(() => false));
    expect(vi.getTimerCount()).toBe(0);
    scope.stop();
  });
});
