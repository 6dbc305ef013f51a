/** All messages in this language: one file per area. */

import { byArea } from "./areas";

export const messages = byArea(import.meta.glob("./en/*.json", { eager: true, import: "default" }));
