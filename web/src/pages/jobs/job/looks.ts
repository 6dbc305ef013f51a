/** How bars of charts show the state of runs: muted unless it needs a person, and with a pattern besides the colour. */

import type { BarSeries } from "@/components/chart/options";
import type { Tokens } from "@/components/chart/useTokens";
import type { StackedState } from "./days";

type ItemStyle = NonNullable<BarSeries["itemStyle"]>;
type Decal = ItemStyle["decal"];

const STRIPES = (rotation: number): Decal => ({
  symbol: "rect",
  dashArrayX: [1, 0],
  dashArrayY: [2, 4],
  rotation,
  color: "rgba(255, 255, 255, 0.55)",
});
const DOTS: Decal = {
  symbol: "circle",
  symbolSize: 0.7,
  dashArrayX: [
    [6, 6],
    [0, 6, 6, 0],
  ],
  dashArrayY: [6, 0],
  color: "rgba(255, 255, 255, 0.6)",
};

/** Returns the look of the bars of a state. */
export function stateLook(state: StackedState, tokens: Tokens): ItemStyle {
  const [alarm, off] = [tokens["state-alarm-fill"], tokens["state-off-fill"]];
  const looks: Record<StackedState, ItemStyle> = {
    succeeded: { color: off },
    skipped: { color: "transparent", borderColor: off, borderWidth: 1.5 },
    refused: { color: "transparent", borderColor: off, borderWidth: 1.5, borderType: "dashed" },
    cancelled: { color: off, decal: STRIPES(Math.PI / 4) },
    failed: { color: alarm },
    timed_out: { color: alarm, decal: STRIPES(-Math.PI / 4) },
    abandoned: { color: alarm, decal: DOTS },
  };
  return looks[state];
}
