/** The looks of the lines: each has a colour and dashes of its own, so that none is known by its colour alone. */

import type { Tokens } from "@/components/chart/useTokens";

export interface LineLook {
  readonly colour: string;
  /** Lengths of dashes and gaps, or a solid line. */
  readonly dash: "solid" | number[];
}

const TOKENS = ["series-1", "series-2", "series-3", "series-4", "series-5", "series-6"] as const;
const DASHES: LineLook["dash"][] = ["solid", [7, 3], [2, 3], [10, 3, 2, 3], [4, 4], [12, 4]];

export function lookOf(index: number, tokens: Tokens): LineLook {
  const token = TOKENS[index % TOKENS.length] ?? "series-1";
  return { colour: tokens[token], dash: DASHES[index % DASHES.length] ?? "solid" };
}
