/** Brings the first input with an error into sight, with the focus. */

import { nextTick } from "vue";

const INVALID = "[aria-invalid=true], .is-error input, .is-error textarea";

export async function showFirstError(form: HTMLElement | undefined | null): Promise<void> {
  await nextTick();
  const input = form?.querySelector<HTMLElement>(INVALID);
  input?.scrollIntoView({ block: "center" });
  input?.focus({ preventScroll: true });
}
