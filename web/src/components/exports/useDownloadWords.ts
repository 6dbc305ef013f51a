/** What a download shows, in words. */

import { computed } from "vue";
import { useI18n } from "vue-i18n";
import type { Download } from "@/api";
import { useFormat } from "@/app/format";
import { useNow } from "@/app/useNow";
import { bytesOf } from "./bytes";
import { type FollowedDownload, hasEnded } from "./downloads";

const PROBLEM = "urn:arcbeat:problem:";
/** The problems that the person can do something about, with a sentence of their own. */
const EXPLAINED = ["too-many-rows", "out-of-space", "too-many-requests"];

export function useDownloadWords(download: () => FollowedDownload) {
  const { t } = useI18n();
  const format = useFormat();
  const now = useNow();

  const problem = computed(() => download().state?.problem_type?.replace(PROBLEM, ""));

  function stateOf({ status, failure, bytes_sent }: Download): string {
    if (download().isCancelling && !hasEnded(download())) return t("exports.status.cancelling");
    if (status === "failed") return failureOf(failure);
    const isBuilt = download().format === "xlsx" && status === "running" && bytes_sent === 0;
    return t(`exports.status.${isBuilt ? "building" : status}`);
  }

  function failureOf(failure: Download["failure"]): string {
    if (failure !== "problem") return t(`exports.failure.${failure ?? "problem"}`);
    const known = EXPLAINED.find((each) => each === problem.value);
    return t(`exports.failure.${known ?? "problem"}`);
  }

  function secondsOf(state: Download): number {
    const end = state.finished_at === null ? now.value : Date.parse(state.finished_at);
    const start = state.finished_at === null ? download().startedAt : Date.parse(state.started_at ?? state.created_at);
    return Math.max(0, end - start) / 1000;
  }

  function bytes(count: number): string {
    const { value, unit } = bytesOf(count);
    return t(`exports.bytes.${unit}`, { n: format.number(value, unit === "bytes" ? 0 : 1) });
  }

  return {
    title: computed(() => `${download().title} · ${download().format.toUpperCase()}`),
    state: computed(() => {
      const { state } = download();
      return state ? stateOf(state) : t("exports.status.waiting");
    }),
    help: computed(() => problem.value && `/docs/problems/${problem.value}`),
    numbers: computed(() => {
      const { state } = download();
      if (!state) return [];
      const time = format.duration(Math.max(1, Math.round(secondsOf(state))));
      return [
        t("exports.rows", { n: format.number(state.rows) }),
        bytes(state.bytes_sent),
        t("exports.time", { time }),
      ];
    }),
  };
}
