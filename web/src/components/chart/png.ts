/** A chart as a picture with its title, to be put into a report. */

import type { Tokens } from "./useTokens";

export interface Caption {
  readonly title: string;
  readonly summary: string;
  /** For charts whose legend is not part of them. */
  readonly legend?: readonly LegendItem[];
}

export interface LegendItem {
  readonly text: string;
  /** Draws a sample of this size, in pixels of the file, with its upper left corner at the origin. */
  readonly draw: (context: CanvasRenderingContext2D, width: number, height: number) => void;
}

/** Pixels of the file per pixel of the page: it is also printed. */
export const PNG_SCALE = 2;
const MARGIN = 16 * PNG_SCALE;
const LINE = 22 * PNG_SCALE;
const SAMPLE = { width: 28 * PNG_SCALE, height: 12 * PNG_SCALE, gap: 6 * PNG_SCALE };

/** Draws the caption above the chart, which is a `data:` URL of a PNG in this scale. */
export async function withCaption(chart: string, caption: Caption, tokens: Tokens): Promise<Blob> {
  const image = await createImageBitmap(blobOf(chart));
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("the browser cannot draw a picture");
  const items = caption.legend ?? [];
  const head = MARGIN + 2 * LINE;
  canvas.width = image.width;
  const top = head + legendHeight(context, items, image.width);
  canvas.height = image.height + top;
  context.fillStyle = tokens["surface-raised"];
  context.fillRect(0, 0, canvas.width, canvas.height);
  write(context, caption.title, `600 ${String(16 * PNG_SCALE)}px`, tokens.text, MARGIN + LINE / 2);
  write(context, caption.summary, `${String(12 * PNG_SCALE)}px`, tokens["text-muted"], MARGIN + (LINE * 3) / 2);
  drawLegend(context, items, tokens, head);
  context.drawImage(image, 0, top);
  return fileOf(canvas);
}

interface Placed extends LegendItem {
  readonly x: number;
  readonly row: number;
}

/** Returns the items from left to right, in as many rows as the width needs. */
function placed(context: CanvasRenderingContext2D, items: readonly LegendItem[], width: number): Placed[] {
  context.font = legendFont();
  const all: Placed[] = [];
  let [x, row] = [MARGIN, 0];
  for (const item of items) {
    const length = SAMPLE.width + SAMPLE.gap + context.measureText(item.text).width;
    if (x > MARGIN && x + length > width - MARGIN) [x, row] = [MARGIN, row + 1];
    all.push({ ...item, x, row });
    x += length + MARGIN;
  }
  return all;
}

function legendHeight(context: CanvasRenderingContext2D, items: readonly LegendItem[], width: number): number {
  const last = placed(context, items, width).at(-1);
  return last === undefined ? 0 : (last.row + 1) * LINE;
}

function drawLegend(
  context: CanvasRenderingContext2D,
  items: readonly LegendItem[],
  tokens: Tokens,
  top: number,
): void {
  for (const { x, row, text, draw } of placed(context, items, context.canvas.width)) {
    const middle = top + row * LINE + LINE / 2;
    context.save();
    context.translate(x, middle - SAMPLE.height / 2);
    draw(context, SAMPLE.width, SAMPLE.height);
    context.restore();
    context.fillStyle = tokens.text;
    context.font = legendFont();
    context.fillText(text, x + SAMPLE.width + SAMPLE.gap, middle);
  }
}

function legendFont(): string {
  return `${String(12 * PNG_SCALE)}px ${getComputedStyle(document.body).fontFamily}`;
}

function write(context: CanvasRenderingContext2D, text: string, font: string, colour: string, middle: number): void {
  context.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
  context.fillStyle = colour;
  context.textBaseline = "middle";
  context.fillText(text, MARGIN, middle, context.canvas.width - 2 * MARGIN);
}

/** The Content-Security-Policy forbids to load a `data:` URL. */
function blobOf(url: string): Blob {
  const bytes = atob(url.slice(url.indexOf(",") + 1));
  return new Blob([Uint8Array.from(bytes, (character) => character.charCodeAt(0))], { type: "image/png" });
}

function fileOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error("the picture is too large for the browser"));
      else resolve(blob);
    }, "image/png");
  });
}
