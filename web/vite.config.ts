import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import ElementPlusStyles from "unplugin-element-plus/vite";
import { defineConfig } from "vitest/config";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  plugins: [vue(), ElementPlusStyles({})],
  resolve: {
    alias: {
      "@arcbeat/client": path("../clients/typescript/src"),
      "@": path("./src"),
      // The client package has no node_modules of its own here.
      "socket.io-client": path("./node_modules/socket.io-client"),
    },
  },
  build: {
    // web/build moves it to dist when it is complete.
    outDir: ".generated/dist",
    emptyOutDir: true,
    target: "es2022",
    // The Content-Security-Policy allows files of this origin only: no data: URLs, no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // The lists of scripts per page would be a twentieth of the first page; a script names those that it imports anyway.
      resolveDependencies: (_, files, { hostType }) =>
        hostType === "js" ? files.filter((file) => file.endsWith(".css")) : files,
    },
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { "^/(api|socket.io|docs)": { target: "http://127.0.0.1:8000", ws: true } } },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.ts"],
    setupFiles: ["tests/setup.ts"],
    server: { deps: { inline: ["element-plus"] } },
  },
});
