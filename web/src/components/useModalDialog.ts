/** A native dialog that is open and modal for as long as its component is shown. */

import { onMounted, type ShallowRef } from "vue";

/**
 * Opens the dialog, and calls back once when the person closes it. The browser reports `close` with its next frame only: on a busy
 * computer that is after the key that opens the dialog again, which would be lost. So the causes of closing call back themselves.
 */
export function useModalDialog(dialog: Readonly<ShallowRef<HTMLDialogElement | null>>, onClose: () => void) {
  let hasClosed = false;
  onMounted(() => dialog.value?.showModal());

  /** For the event `close`, if nothing has called `close` before. */
  function closed(): void {
    if (hasClosed) return;
    hasClosed = true;
    onClose();
  }

  /** Closes the dialog, which returns the focus. */
  function close(): void {
    dialog.value?.close();
    closed();
  }

  return { close, closed };
}
