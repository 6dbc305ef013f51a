/** The sources of the console, and which of them a source imports. */

export const sources: Record<string, string> = import.meta.glob<string>(
  ["../src/**/*.vue", "../src/**/*.ts", "!../src/api/**"],
  { eager: true, query: "?raw", import: "default" },
);

/** `lazyPart(["exports"], () => import("./ExportDialog.vue"))`: a part that brings its messages along. */
export const LAZY_PARTS = /lazyPart\(\s*\[([^\]]*)\],\s*\(\) => (import\("[^"]+"\))/g;

/** Returns a source and all that it imports, directly or not, except lazy parts and where a path matches `without`. */
export function reachableFrom(start: string, without?: RegExp): ReadonlySet<string> {
  const found = new Set<string>();
  const left = [start];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (found.has(path) || without?.test(path)) continue;
    found.add(path);
    left.push(...importsIn(path, (sources[path] ?? "").replaceAll(LAZY_PARTS, "")));
  }
  return found;
}

/** Returns the sources that a part of a source imports. */
export function importsIn(path: string, text: string): string[] {
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)];
  return specifiers.flatMap(([, specifier = ""]) => resolved(specifier, path) ?? []);
}

function resolved(specifier: string, importer: string): string | undefined {
  const base = specifier.startsWith("@/")
    ? `../src/${specifier.slice(2)}`
    : specifier.startsWith(".")
      ? joined(importer, specifier)
      : undefined;
  return ["", ".ts", ".vue", "/index.ts"].map((end) => `${String(base)}${end}`).find((path) => path in sources);
}

function joined(importer: string, specifier: string): string {
  const parts = importer.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
