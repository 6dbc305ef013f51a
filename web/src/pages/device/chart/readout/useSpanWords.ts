/** The words of spans of states. */

import { useI18n } from "vue-i18n";
import type { DeviceType, StateSpan } from "@/api";
import { useFormat } from "@/app/format";
import { markOfSpan } from "../plot/band";
import type { BandMark } from "../plot/patterns";

export interface SpanKind {
  readonly mark: BandMark;
  readonly word: string;
}

export function useSpanWords() {
  const { t } = useI18n();
  const format = useFormat();

  const word = ({ kind, state }: StateSpan): string => (kind === "state" ? (state ?? "") : t(`device.span.${kind}`));

  const duration = ({ start, end }: StateSpan): string => format.duration((Date.parse(end) - Date.parse(start)) / 1000);

  /** Returns what a span is: state, from, to, duration. One of several days has dates. */
  function sentence(span: StateSpan): string {
    const { start, end } = span;
    const isOneDay = new Date(start).toDateString() === new Date(end).toDateString();
    const show = isOneDay ? format.time : format.dateTime;
    return t("device.span.sentence", { state: word(span), from: show(start), to: show(end), duration: duration(span) });
  }

  /** Returns the kinds of spans of the type in their order, and others that there are. */
  function kinds(type: DeviceType, spans: readonly StateSpan[]): SpanKind[] {
    const usual = type.states.map((state) => ({ kind: "state" as const, state }));
    const found = new Map<string, SpanKind>();
    for (const span of [...usual, ...spans, { kind: "silent" as const, state: null }]) {
      const name = span.kind === "state" ? (span.state ?? "") : t(`device.span.${span.kind}`);
      found.set(name, { mark: markOfSpan(type, span), word: name });
    }
    return [...found.values()];
  }

  return { word, duration, sentence, kinds };
}
