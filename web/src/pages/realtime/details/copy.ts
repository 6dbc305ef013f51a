/** Copies text, over plain HTTP too. */

/** Returns whether the text is now in the clipboard. */
export async function copyText(text: string): Promise<boolean> {
  // Outside a secure context there is no navigator.clipboard, although its type says so.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard === undefined) return copyBySelection(text);
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  // A modal dialog makes the rest of the page inert, so the text must be inside it.
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  // Deprecated, and still the only way without a secure context.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied;
}
