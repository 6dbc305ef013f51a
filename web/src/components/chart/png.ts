/** A chart as a picture with its title, to be put into a report. */

import type { Tokens } from "./useTokens";

export interface Caption {
  readonly title: string;
  readonly summary: string;
}

/** Pixels of the file per pixel of the page: it is also printed. */
export const PNG_SCALE = 2;
const MARGIN = 16 * PNG_SCALE;
const LINE = 22 * PNG_SCALE;

/** Draws the caption above the chart, which is a `data:` URL of a PNG in this scale. */
export async function withCaption(chart: string, caption: Caption, tokens: Tokens): Promise<Blob> {
  const image = await createImageBitmap(blobOf(chart));
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("the browser cannot draw a picture");
  const top = MARGIN + 2 * LINE;
  canvas.width = image.width;
  canvas.height = image.height + top;
  context.fillStyle = tokens["surface-raised"];
  context.fillRect(0, 0, canvas.width, canvas.height);
  write(context, caption.title, `600 ${String(16 * PNG_SCALE)}px`, tokens.text, MARGIN + LINE / 2);
  write(context, caption.summary, `${String(12 * PNG_SCALE)}px`, tokens["text-muted"], MARGIN + (LINE * 3) / 2);
  context.drawImage(image, 0, top);
  return fileOf(canvas);
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
