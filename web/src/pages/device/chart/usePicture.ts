/** The chart as a picture for reports: with device, range, time zone and legend. */

import { useI18n } from "vue-i18n";
import type { DeviceInfo, DeviceType } from "@/api";
import { useFormat } from "@/app/format";
import { saveBlob } from "@/app/save";
import { type LegendItem, PNG_SCALE, withCaption } from "@/components/chart/png";
import { useTokens } from "@/components/chart/useTokens";
import type { ChartData } from "./data/loading";
import type { Range } from "./data/range";
import { fillsOf, HEIGHTS } from "./plot/band";
import { type Pattern, patternFills } from "./plot/patterns";
import { type SpanKind, useSpanWords } from "./readout/useSpanWords";
import type { FieldLine } from "./useLines";

export function usePicture(device: DeviceInfo, type: DeviceType) {
  const { t } = useI18n();
  const format = useFormat();
  const words = useSpanWords();
  const tokens = useTokens();

  function lineItem({ label, field, look }: FieldLine): LegendItem {
    const draw = (context: CanvasRenderingContext2D, width: number, height: number): void => {
      context.strokeStyle = look.colour;
      context.lineWidth = 2 * PNG_SCALE;
      context.setLineDash(look.dash === "solid" ? [] : look.dash.map((each) => each * PNG_SCALE));
      context.beginPath();
      context.moveTo(0, height / 2);
      context.lineTo(width, height / 2);
      context.stroke();
    };
    return { text: field.unit === "" ? label : `${label} (${field.unit})`, draw };
  }

  function stateItem({ mark, word }: SpanKind): LegendItem {
    const fill = fillsOf({ tokens: tokens.value, fills: patternFills(tokens.value) })[mark];
    const draw = (context: CanvasRenderingContext2D, width: number, height: number): void => {
      context.fillStyle = typeof fill === "string" ? fill : patternOf(context, fill);
      context.fillRect(0, height * (1 - HEIGHTS[mark]), width, height * HEIGHTS[mark]);
    };
    return { text: word, draw };
  }

  /** Saves a picture of the chart, which is a `data:` URL. */
  async function save(chart: string, view: Range, lines: readonly FieldLine[], data: ChartData | undefined) {
    const title = `${device.device_code} ${device.device_name} ${t("device.chart.title")}`;
    const summary = `${format.dateTime(view.from)} – ${format.dateTime(view.to)} ${format.timeZone}`;
    const legend = [...lines.map(lineItem), ...words.kinds(type, data?.spans ?? []).map(stateItem)];
    saveBlob(await withCaption(chart, { title, summary, legend }, tokens.value), `${title}.png`);
  }

  return { save };
}

function patternOf(context: CanvasRenderingContext2D, { image, repeat }: Pattern): string | CanvasPattern {
  return context.createPattern(image, repeat) ?? "";
}
