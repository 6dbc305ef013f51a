/** The dialog of exports, loaded when it is opened: the pages that offer it have a budget. */

import { defineAsyncComponent } from "vue";

export const ExportDialog = defineAsyncComponent(() => import("./ExportDialog.vue"));
