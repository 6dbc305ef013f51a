/** The colours of the tokens, for drawings that CSS does not reach. They follow the theme. */

import { onScopeDispose, shallowRef, type ShallowRef } from "vue";

const NAMES = [
  "text",
  "text-muted",
  "line",
  "line-faint",
  "surface",
  "surface-raised",
  "accent-fill",
  "state-alarm-fill",
  "state-welding-fill",
  "state-standby-fill",
  "state-off-fill",
  "state-off-outline",
  "series-1",
  "series-2",
  "series-3",
  "series-4",
  "series-5",
  "series-6",
] as const;

export type Tokens = Record<(typeof NAMES)[number], string>;

export function useTokens(): Readonly<ShallowRef<Tokens>> {
  const tokens = shallowRef(readTokens());
  // The theme is a class of the root element.
  const observer = new MutationObserver(() => (tokens.value = readTokens()));
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  onScopeDispose(() => {
    observer.disconnect();
  });
  return tokens;
}

function readTokens(): Tokens {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Tokens;
}
