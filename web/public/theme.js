// Runs before the first paint, so that no page flashes in the other theme. The console changes the theme with src/app/theme.ts.
(() => {
  const chosen = localStorage.getItem("arcbeat.theme");
  const isDark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", isDark);
})();
