/** Copies a text. `navigator.clipboard` does not exist where the console is opened over plain HTTP. */

export async function copyText(text: string): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (!clipboard) return copySelected(text);
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text); // the browser or its administrator forbids the clipboard
  }
}

/** Copies by selecting the text in a field that is out of sight; the focus returns to where it was. */
function copySelected(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "copy-field";
  document.body.append(field);
  field.select();
  try {
    // The only way without a secure context.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    return document.execCommand("copy");
  } finally {
    field.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}
