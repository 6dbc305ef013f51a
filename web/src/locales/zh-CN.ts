/** The messages of the core in this language: one file per area. */

import { byArea } from "./areas";

export const messages = byArea(
  import.meta.glob("./zh-CN/{chart,common,forms,live,session,states,table}.json", { eager: true, import: "default" }),
);
