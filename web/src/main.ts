import { VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "@/App.vue";
import { i18n, loadLocale, preferredLocale } from "@/app/i18n";
import { reloadForNewVersion } from "@/app/new-version";
import { queryClient } from "@/app/queries";
import { loadMessagesOfPages } from "@/app/page-messages";
import { router } from "@/app/router";
import { Live } from "@/live";
import { tokenSource } from "@/session";
import { guard } from "@/session/guard";
import "element-plus/theme-chalk/base.css";
import "element-plus/theme-chalk/dark/css-vars.css";
import "@/styles/tokens.css";
import "@/styles/states.css";
import "@/styles/element.css";
import "@/styles/base.css";
import "@/styles/print.css";

const app = createApp(App);
reloadForNewVersion(router);
guard(router, queryClient);
loadMessagesOfPages(router);
app.use(createPinia()).use(VueQueryPlugin, { queryClient }).use(i18n).use(router);
app.use(new Live(location.origin, { token: tokenSource, language: () => i18n.global.locale.value }));
// A page whose chunk is missing is shown as such.
await Promise.all([loadLocale(preferredLocale()), router.isReady().catch(() => undefined)]);
app.mount("#app");
