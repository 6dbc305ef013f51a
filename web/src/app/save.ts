/** Lets the browser save a file. */

/** The browser reads the file after the click. */
const SAVING_MILLISECONDS_MAX = 60_000;

/** Saves what a one-time link leads to. The browser receives it by itself, so that the page does not hold it in memory. */
export function saveUrl(url: string): void {
  click(url, "");
}

/** Saves what the page has made. */
export function saveBlob(blob: Blob, filename: string): void {
  const url = URL.createObjectURL(blob);
  click(url, filename);
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, SAVING_MILLISECONDS_MAX);
}

/** With the attribute `download`, an error of the server cannot replace the page; an empty name is that of the server. */
function click(url: string, filename: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = filename;
  link.click();
}
