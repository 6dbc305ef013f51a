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

const TICKS_MAX = 160;
const SCROLL_PIXELS_PER_FRAME = 24;

interface Table {
  show: (update: Update) => void;
  sortBy: (column: string) => void;
}

const first = snapshot();
const texts = Array.from({ length: TICKS_MAX }, (_, index) => deltaText(index + 2));
const shown = new Rows();
const alone = new Rows();
shown.take(first);
alone.take(structuredClone(first));

await loadLocale("zh-CN");
const table = createApp(BenchTable, { rows: shown }).use(i18n).mount("#app") as unknown as Table;
const next = { shown: 0, alone: 0 };

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
    await pause(period);
  }
}

/** Scrolls by some rows in each frame while ticks arrive. */
async function scroll(ticks: number, period: number): Promise<void> {
  const scroller = document.querySelector("[role=grid]") as HTMLElement;
  let isScrolling = true;
  function frame(): void {
    scroller.scrollTop += SCROLL_PIXELS_PER_FRAME;
    if (isScrolling) requestAnimationFrame(frame);
  }
  requestAnimationFrame(frame);
  await applyShown(ticks, period);
  isScrolling = false;
}

const bench = {
  applyAlone,
  applyShown,
  scroll,
  sortBy: (column: string) => {
    table.sortBy(column);
  },
};
declare global {
  interface Window {
    bench: typeof bench;
  }
}
window.bench = bench;
