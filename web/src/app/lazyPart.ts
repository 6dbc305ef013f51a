/** A part of a page that is loaded when it is first shown, together with the areas of messages that it uses. */

import { type Component, defineAsyncComponent } from "vue";
import { loadMessages } from "./i18n";

export function lazyPart<Part extends Component>(
  messages: readonly string[],
  load: () => Promise<{ default: Part }>,
): Part {
  return defineAsyncComponent<Part>(async () => {
    const [part] = await Promise.all([load(), loadMessages(messages)]);
    return part;
  });
}
