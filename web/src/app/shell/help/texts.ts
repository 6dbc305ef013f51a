/** The help texts of the pages: one file per language and page. */

export interface HelpSection {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** Keys, each with what it does. */
  readonly keys?: readonly (readonly [string, string])[];
}

export interface HelpText {
  readonly sections: readonly HelpSection[];
}

const TEXTS = import.meta.glob<HelpText>("@/help/*/*.json", { import: "default" });

export async function helpText(language: string, name: string): Promise<HelpText> {
  const load = TEXTS[`/src/help/${language}/${name}.json`];
  if (load === undefined) throw new Error(`there is no help ${language}/${name}.json`);
  return load();
}
