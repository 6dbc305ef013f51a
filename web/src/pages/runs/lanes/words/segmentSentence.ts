/** What a segment of the lanes says: pure functions to a sentence. */

import type { Sentence } from "../../sentences";
import { type Change, overrun, type Segment } from "../geometry/model";

const SECOND = 1000;

/** Returns the sentence of a segment; `status` is the word of its status. */
export function segmentSentence(segment: Segment, status: string): Sentence {
  return segment.kind === "wait" ? waitSentence(segment) : attemptSentence(segment, status);
}

function attemptSentence({ attempt, start, end, open, category }: Segment, status: string): Sentence {
  const seconds = { duration: (end - start) / SECOND };
  const key = category === null ? "attempt" : "attemptFailed";
  return {
    key: `runs.segments.${open ? "attemptOpen" : key}`,
    numbers: { attempt },
    seconds,
    words: { status, category: category ?? "" },
  };
}

function waitSentence(segment: Segment): Sentence {
  const planned = (segment.plannedEnd ?? segment.start) - segment.start;
  return {
    key: `runs.segments.${waitKey(segment)}`,
    numbers: { attempt: segment.attempt },
    seconds: {
      actual: (segment.end - segment.start) / SECOND,
      planned: planned / SECOND,
      over: overrun(segment) / SECOND,
    },
    words: { category: segment.category ?? "" },
  };
}

function waitKey(segment: Segment): string {
  if (segment.open) return "waitOpen";
  if (segment.status === "cancelled") return "waitCut";
  if (segment.plannedEnd === null) return "waitUnplanned";
  return overrun(segment) > 0 ? "waitLate" : "wait";
}

/** Returns the sentence of a strategy change. */
export function changeSentence({ before, after }: Change): Sentence {
  if (!after) return { key: "runs.changes.unknown" };
  const isExtended = after.timeout_extended && !before?.timeout_extended;
  return {
    key: `runs.changes.${isExtended ? "extended" : "multiplied"}`,
    numbers: { before: before?.delay_multiplier ?? 1, after: after.delay_multiplier },
  };
}

/** Returns what stands beside the diamond of a strategy change. */
export function changeLabel({ before, after }: Change): Sentence | undefined {
  if (!after) return undefined;
  if (before && after.delay_multiplier === before.delay_multiplier) return { key: "runs.changes.labelExtended" };
  return { key: "runs.changes.label", numbers: { after: after.delay_multiplier } };
}
