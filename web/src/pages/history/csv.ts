/** Rows as a CSV file that spreadsheets open, in the form of the files of the API. */

const BYTE_ORDER_MARK = "\uFEFF";
/** What a spreadsheet runs as a formula, the full-width characters in Chinese and Japanese Excel. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

const MINUTE_MILLISECONDS = 60_000;

export type Cell = string | number | boolean | null | undefined;

/** Returns the file. Texts that look like formulas get an apostrophe in front. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

/** Returns a moment in the time zone of the browser, with its offset and all its digits below the second. */
export function localMoment(moment: string): string {
  const date = new Date(moment);
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * MINUTE_MILLISECONDS).toISOString().slice(0, 19);
  const fraction = /\.\d+/.exec(moment)?.[0] ?? "";
  const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${local}${fraction}${offset < 0 ? "-" : "+"}${twoDigits(hours)}:${twoDigits(minutes)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  const text = typeof cell === "string" && FORMULA.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
