/** The line of a trend: where it runs in a box whose top left corner is the origin. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Sparkline {
  /** The path of the line, which breaks where a day has no value. */
  readonly path: string;
  /** Days between two days without values, which a line does not show. */
  readonly alone: readonly Point[];
  /** The last day with a value. */
  readonly last: Point | undefined;
  readonly minimum: number;
  readonly maximum: number;
}

export interface Box {
  readonly width: number;
  readonly height: number;
}

type Values = readonly (number | null)[];

/** Returns the line through the values, each at an equal distance; the smallest is at the bottom. Undefined without values. */
export function sparkline(values: Values, box: Box): Sparkline | undefined {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return undefined;
  const [minimum, maximum] = [Math.min(...known), Math.max(...known)];
  const segments = segmentsOf(pointsOf(values, box, minimum, maximum));
  return {
    path: segments
      .filter(({ length }) => length > 1)
      .map(pathOf)
      .join(""),
    alone: segments.filter(({ length }) => length === 1).flat(),
    last: segments.at(-1)?.at(-1),
    minimum,
    maximum,
  };
}

function pointsOf(values: Values, { width, height }: Box, minimum: number, maximum: number): (Point | null)[] {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const span = maximum - minimum;
  // Values that are all equal are a line in the middle.
  const heightOf = (value: number): number => (span > 0 ? (value - minimum) / span : 0.5) * height;
  return values.map((value, index) => (value === null ? null : { x: index * step, y: height - heightOf(value) }));
}

/** Returns the points between the gaps. */
function segmentsOf(points: readonly (Point | null)[]): Point[][] {
  const segments: Point[][] = [[]];
  for (const point of points) {
    if (point === null) segments.push([]);
    else segments.at(-1)?.push(point);
  }
  return segments.filter(({ length }) => length > 0);
}

function pathOf(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${rounded(x)} ${rounded(y)}`).join("");
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
