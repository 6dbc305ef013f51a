import { defineConfig } from "@hey-api/openapi-ts";

/** Generates src/api from the bundled contract, which web/build writes beside it. */
export default defineConfig({
  input: "./.generated/openapi.json",
  output: "./src/api",
  plugins: ["@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch"],
});
