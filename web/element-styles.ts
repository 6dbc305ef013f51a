/** A plugin of Vite: a module that imports a component of Element Plus gets the styles of the component with it. */

import type { Plugin } from "vite";

const IMPORT = /import\s*\{([^}]*)\}\s*from\s*["']element-plus["']/g;

export function elementStyles(): Plugin {
  return {
    name: "element-styles",
    transform: {
      filter: { code: IMPORT, id: /\/src\/.*\.(vue|ts)(\?|$)/ },
      handler: (code) => ({ code: [...styles(code), code].join(" "), map: null }),
    },
  };
}

/** On the first line of the code, so that the numbers of its lines stay. */
function styles(code: string): string[] {
  const names = [...code.matchAll(IMPORT)].flatMap((match) => match[1]?.match(/\bEl[A-Z]\w*/g) ?? []);
  return names.map((name) => `import "element-plus/es/components/${folder(name)}/style/css";`);
}

/** ElConfigProvider is in config-provider. */
function folder(name: string): string {
  return name
    .slice(2)
    .replace(/(?<!^)[A-Z]/g, "-$&")
    .toLowerCase();
}
