/** Builds the page of the benchmark `console` as the console is built. */
import { fileURLToPath } from "node:url";
import { mergeConfig } from "vite";
import console from "../vite.config.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

export default mergeConfig(console, { root, base: "./", build: { outDir: `${root}/dist`, emptyOutDir: true } });
