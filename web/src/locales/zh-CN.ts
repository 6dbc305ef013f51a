/** All messages in this language: one file per area. */

import { byArea } from "./areas";

export const messages = byArea(import.meta.glob("./zh-CN/*.json", { eager: true, import: "default" }));
