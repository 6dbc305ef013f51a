/** Segments and strategy changes in the language of the page. */

import { useI18n } from "vue-i18n";
import { useFormat } from "@/app/format";
import { useStateWords } from "@/components/states/useStateWords";
import { useSentences } from "../../useSentences";
import type { Change, Segment } from "../geometry/model";
import { changeLabel, changeSentence, segmentSentence } from "./segmentSentence";

export function useSegmentWords() {
  const { t } = useI18n();
  const { say } = useSentences();
  const states = useStateWords();
  const format = useFormat();
  return {
    /** One sentence that says all about a segment. */
    segment: (segment: Segment): string => say(segmentSentence(segment, states.log(segment.status).word)),
    change: (change: Change): string => say(changeSentence(change)),
    /** What stands in a wait. */
    inWait: (segment: Segment): string =>
      t("runs.lanes.inWait", { wait: format.duration((segment.end - segment.start) / 1000) }),
    /** What stands beside a diamond. */
    label: (change: Change): string => {
      const label = changeLabel(change);
      return label ? say(label) : "";
    },
  };
}
