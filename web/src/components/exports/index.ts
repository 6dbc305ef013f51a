/** The dialog of exports, loaded when it is opened: the pages that offer it have a budget. */

import { lazyPart } from "@/app/lazyPart";

export const ExportDialog = lazyPart(["exports"], () => import("./ExportDialog.vue"));
