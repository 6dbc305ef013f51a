/** Runs before each file of tests: components find their messages in Chinese, and a session without a user. */

import { config } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach } from "vitest";
import { i18n, loadLocale, loadMessages } from "@/app/i18n";
import { pageAreas } from "@/locales/messages";

config.global.plugins = [i18n];
await loadLocale("zh-CN");
await loadMessages(pageAreas);

beforeEach(() => {
  setActivePinia(createPinia());
});
