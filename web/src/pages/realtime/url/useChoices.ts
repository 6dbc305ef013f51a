/** The choices in the URL as refs. A choice is a step of the browser's history; typing is not. */

import { computed, type ComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";
import { type Choices, type InvalidParameter, parseQuery, toQuery } from "./parameters";

export interface UrlChoices {
  readonly choices: ComputedRef<Choices>;
  readonly invalid: ComputedRef<InvalidParameter[]>;
  /** Changes some choices, as a new step of the history. */
  choose: (change: Partial<Choices>) => void;
  /** Changes some choices in the present step. */
  revise: (change: Partial<Choices>) => void;
}

export function useChoices(): UrlChoices {
  const route = useRoute();
  const router = useRouter();
  const parsed = computed(() => parseQuery(route.query));
  const queryWith = (change: Partial<Choices>) => ({ query: toQuery({ ...parsed.value.choices, ...change }) });
  return {
    choices: computed(() => parsed.value.choices),
    invalid: computed(() => parsed.value.invalid),
    choose: (change) => void router.push(queryWith(change)),
    revise: (change) => void router.replace(queryWith(change)),
  };
}
