/** How lines of teams differ: by colour, dashes and symbol, so that none is known by its colour alone. */

import type { LineSeries } from "@/components/chart/options";
import type { Tokens } from "@/components/chart/useTokens";

const DASHES = ["solid", "dashed", "dotted"] as const;
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle"] as const;

/** Returns the look of the line with this index. */
export function lineLook(index: number, tokens: Tokens): Pick<LineSeries, "itemStyle" | "lineStyle" | "symbol"> {
  const colours = [tokens["accent-fill"], tokens.text, tokens["text-muted"]];
  const color = colours[index % colours.length] ?? tokens.text;
  return {
    itemStyle: { color },
    lineStyle: { color, width: 2, type: DASHES[Math.floor(index / colours.length) % DASHES.length] ?? "solid" },
    symbol: SYMBOLS[index % SYMBOLS.length] ?? "circle",
  };
}
