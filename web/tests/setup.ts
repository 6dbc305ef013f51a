/** Runs before each file of tests: components find their messages in Chinese, and a session without a user. */

import { config } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach } from "vitest";
import { i18n, loadLocale } from "@/app/i18n";

config.global.plugins = [i18n];
await loadLocale("zh-CN");

beforeEach(() => {
  setActivePinia(createPinia());
});
