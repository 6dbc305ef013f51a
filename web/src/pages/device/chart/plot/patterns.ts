/** Patterns of the state band, for what no colour stands for. */

import type { Mark } from "@/components/states/marks";
import type { Tokens } from "@/components/chart/useTokens";

export interface Pattern {
  type: "pattern";
  image: HTMLCanvasElement;
  repeat: "repeat";
}
export type Fill = string | Pattern;
/** `unknown` is online without a state. */
export type BandMark = Mark | "unknown";
export type Fills = Record<"silent" | "unknown", Fill>;

const SIZE = 8;

/** Returns hatching for silence, and dots for a state that is unknown. */
export function patternFills(tokens: Tokens): Fills {
  return {
    silent: pattern(tokens.surface, (context) => {
      hatch(context, tokens["state-off-outline"]);
    }),
    unknown: pattern(tokens.surface, (context) => {
      dots(context, tokens["state-off-outline"]);
    }),
  };
}

function pattern(ground: string, draw: (context: CanvasRenderingContext2D) => void): Fill {
  const image = document.createElement("canvas");
  image.width = image.height = SIZE;
  const context = image.getContext("2d");
  if (context === null) return ground;
  context.fillStyle = ground;
  context.fillRect(0, 0, SIZE, SIZE);
  draw(context);
  return { type: "pattern", image, repeat: "repeat" };
}

function hatch(context: CanvasRenderingContext2D, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const shift of [-SIZE, 0, SIZE]) {
    context.moveTo(shift - 1, SIZE + 1);
    context.lineTo(shift + SIZE + 1, -1);
  }
  context.stroke();
}

function dots(context: CanvasRenderingContext2D, colour: string): void {
  context.fillStyle = colour;
  for (const [x, y] of [
    [2, 2],
    [6, 6],
  ] as const) {
    context.beginPath();
    context.arc(x, y, 1.2, 0, 2 * Math.PI);
    context.fill();
  }
}
