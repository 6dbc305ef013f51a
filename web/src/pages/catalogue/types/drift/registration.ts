/** The file that registers devices which have readings but no master data. */

/** As in files of the export: a text that a spreadsheet would run as a formula gets an apostrophe in front. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** Returns a CSV file with a row per device. The name is the code: the plant gives better ones later. */
export function registrationFile(codes: readonly string[], typeCode: string): Blob {
  const rows = codes.map((code) => [code, code, typeCode].map(cellOf).join(","));
  return new Blob([["device_code,device_name,device_type", ...rows].join("\n")], { type: "text/csv" });
}

function cellOf(text: string): string {
  const escaped = FORMULA.test(text) ? `'${text}` : text;
  return `"${escaped.replaceAll('"', '""')}"`;
}
