/** The page of the benchmark `console`; bench/console of the repository calls the functions of `window.bench`. */

import type { Delta } from "@arcbeat/client/frames/index.ts";
import { Rows, type Update } from "@arcbeat/client/live/rows.ts";
import { createApp } from "vue";
import { i18n, loadLocale } from "@/app/i18n";
import "@/styles/tokens.css";
import "@/styles/states.css";
import "@/styles/base.css";
import BenchTable from "./BenchTable.vue";
import { deltaText, snapshot } from "./frames";

const TICKS_MAX = 130;
const SCROLL_PIXELS_PER_FRAME = 24;

interface Frames {
  /** Milliseconds between two frames in which a tick was applied. */
  readonly withTick: number[];
  readonly without: number[];
}

const first = snapshot();
const texts = Array.from({ length: TICKS_MAX }, (_, index) => deltaText(index + 2));
const shown = new Rows();
const alone = new Rows();
shown.take(first);
alone.take(structuredClone(first));

await loadLocale("zh-CN");
const table = createApp(BenchTable, { rows: shown }).use(i18n).mount("#app") as unknown as {
  show: (update: Update) => void;
};
const next = { shown: 0, alone: 0 };
let hasTicked = false;

function apply(rows: Rows, text: string | undefined): Update {
  if (text === undefined) throw new Error(`there are ${TICKS_MAX} ticks only`);
  return rows.apply(JSON.parse(text) as Delta) as Update;
}
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Applies ticks to rows that no table shows. */
async function applyAlone(ticks: number, period: number): Promise<void> {
  for (let tick = 0; tick < ticks; tick++) {
    apply(alone, texts[next.alone++]);
    await pause(period);
  }
}

/** Applies ticks to the rows of the table. */
async function applyShown(ticks: number, period: number): Promise<void> {
  for (let tick = 0; tick < ticks; tick++) {
    table.show(apply(shown, texts[next.shown++]));
    hasTicked = true;
    await pause(period);
  }
}

/** Scrolls by some rows in each frame while ticks arrive; returns how long frames took. */
async function scroll(ticks: number, period: number): Promise<Frames> {
  const frames: Frames = { withTick: [], without: [] };
  const scroller = document.querySelector("[role=grid]") as HTMLElement;
  let last = performance.now();
  let isScrolling = true;
  function frame(now: number): void {
    (hasTicked ? frames.withTick : frames.without).push(now - last);
    [last, hasTicked] = [now, false];
    scroller.scrollTop += SCROLL_PIXELS_PER_FRAME;
    if (isScrolling) requestAnimationFrame(frame);
  }
  requestAnimationFrame(frame);
  await applyShown(ticks, period);
  isScrolling = false;
  return frames;
}

declare global {
  interface Window {
    bench: { pause: typeof pause; applyAlone: typeof applyAlone; applyShown: typeof applyShown; scroll: typeof scroll };
  }
}
window.bench = { pause, applyAlone, applyShown, scroll };
