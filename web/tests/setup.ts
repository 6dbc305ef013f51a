/** Runs before each file of tests: components find their messages in Chinese. */

import { config } from "@vue/test-utils";
import { i18n, loadLocale } from "@/app/i18n";

config.global.plugins = [i18n];
await loadLocale("zh-CN");
