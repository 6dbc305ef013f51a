import { readFileSync } from "node:fs";
import { defineConfig } from "@hey-api/openapi-ts";

/** The bundled contract, which web/build writes. */
const contract: unknown = JSON.parse(readFileSync("./.generated/openapi.json", "utf8"));

/** Adds null to the choices of properties that may be null: the generator reads the choices only. */
function withNull(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNull);
  if (typeof node !== "object" || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withNull(value)]));
  const choices: unknown = copy["enum"];
  return copy["nullable"] === true && Array.isArray(choices) ? { ...copy, enum: choices.concat(null) } : copy;
}

/** Generates src/api. */
export default defineConfig({
  input: withNull(contract) as Record<string, unknown>,
  output: "./src/api",
  plugins: ["@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch"],
});
