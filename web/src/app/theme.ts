/** Light, dark, or as the system; paper is light. public/theme.js does the same before the first paint. */

import { ref, watchEffect } from "vue";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORAGE_KEY = "arcbeat.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const paper = matchMedia("print");

/** The theme that was chosen in this browser. */
export const theme = ref<Theme>(stored());
const isSystemDark = ref(system.matches);
const isPaper = ref(paper.matches);

system.addEventListener("change", ({ matches }) => (isSystemDark.value = matches));
paper.addEventListener("change", ({ matches }) => (isPaper.value = matches));
addEventListener("storage", ({ key }) => {
  if (key === STORAGE_KEY) theme.value = stored();
});
watchEffect(() => {
  const isDark = theme.value === "dark" || (theme.value === "system" && isSystemDark.value);
  document.documentElement.classList.toggle("dark", isDark && !isPaper.value);
});

/** Shows this and all other tabs in a theme, from now on and at the next visit. */
export function chooseTheme(choice: Theme): void {
  localStorage.setItem(STORAGE_KEY, choice);
  theme.value = choice;
}

function stored(): Theme {
  const found = localStorage.getItem(STORAGE_KEY);
  return THEMES.find((each) => each === found) ?? "system";
}
