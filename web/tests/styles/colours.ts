/** Contrast (WCAG 2.2) and how colours look to people with a colour vision deficiency. */

export type Colour = readonly [number, number, number];

/** Returns the linear red, green and blue of a colour such as #0b63a5. */
export function linear(hex: string): Colour {
  const channel = (from: number): number => {
    const value = parseInt(hex.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** Returns the contrast ratio of two colours, from 1 to 21. */
export function contrast(first: string, second: string): number {
  const [darker = 0, lighter = 0] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = linear(hex);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Machado, Oliveira and Fernandes 2009, «A physiologically-based model for simulation of color vision deficiency», severity 1.0. */
export const VISIONS: Record<string, readonly [Colour, Colour, Colour]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Returns the distance (CIE 1976 ΔE) of two colours to a vision; about 2.3 is just noticeable. */
export function distance(first: string, second: string, vision: readonly [Colour, Colour, Colour]): number {
  const [a, b] = [lab(seen(linear(first), vision)), lab(seen(linear(second), vision))];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function seen([red, green, blue]: Colour, rows: readonly [Colour, Colour, Colour]): Colour {
  const channel = (row: Colour): number => Math.min(1, Math.max(0, row[0] * red + row[1] * green + row[2] * blue));
  return [channel(rows[0]), channel(rows[1]), channel(rows[2])];
}

function lab([red, green, blue]: Colour): Colour {
  const root = (value: number): number =>
    value > 216 / 24389 ? Math.cbrt(value) : (value * 24389) / 27 / 116 + 16 / 116;
  const x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
