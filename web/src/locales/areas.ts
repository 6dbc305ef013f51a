/** Puts the messages of the files of a language together, each under the name of its file. */

import type { LocaleMessageValue, VueMessageType } from "vue-i18n";

type Messages = Record<string, LocaleMessageValue<VueMessageType>>;

export function byArea(files: Record<string, unknown>): Messages {
  return Object.fromEntries(
    Object.entries(files).map(([path, messages]) => [path.replace(/^.*\/(.*)\.json$/, "$1"), messages as Messages]),
  );
}
