import js from "@eslint/js";
import i18n from "@intlify/eslint-plugin-vue-i18n";
import prettier from "eslint-config-prettier";
import vue from "eslint-plugin-vue";
import { defineConfig } from "eslint/config";
import typescript from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist", "bench/dist", "public", "src/api", ".generated", "**/*.json"] },
  js.configs.recommended,
  typescript.configs.strictTypeChecked,
  vue.configs["flat/recommended"],
  prettier,
  {
    plugins: { "@intlify/vue-i18n": i18n },
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js"] },
        extraFileExtensions: [".vue"],
        parser: typescript.parser,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@intlify/vue-i18n/no-raw-text": ["error", { ignorePattern: "^[\\s\\p{P}\\p{S}\\d]*$", ignoreText: ["arcbeat"] }],
      "no-undef": "off", // the compiler of TypeScript checks names
      "vue/multi-word-component-names": "off",
      "vue/require-default-prop": "off", // types say which props may be missing
      "vue/no-v-html": "error",
      "vue/no-static-inline-styles": "error", // the Content-Security-Policy forbids them in HTML
    },
  },
  {
    // Without the compiler of Vue, ESLint does not know the types of components.
    files: ["src/main.ts", "src/app/router.ts", "src/components/exports/index.ts", "tests/**/*.ts", "bench/main.ts"],
    rules: { "@typescript-eslint/no-unsafe-argument": "off", "@typescript-eslint/no-unsafe-assignment": "off" },
  },
);
