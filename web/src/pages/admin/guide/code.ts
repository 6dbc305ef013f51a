/** Returns a code for the device type of a super table: `milling` for `test_db.milling_real_data`. */
export function proposedCode(table: string): string {
  const name = table.slice(table.indexOf(".") + 1).toLowerCase();
  return name.replace(/_(real_?data|data|readings)$/, "");
}
