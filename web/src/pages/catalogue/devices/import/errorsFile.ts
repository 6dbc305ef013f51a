/** The errors of an import as a file for the person who corrects them. */

import type { DeviceImportReport } from "@/api";
import { csvOf } from "@/app/csv";

/** @param titles of the row, the code, the column, the value and the reason. */
export function errorsFile(report: DeviceImportReport, titles: readonly string[]): Blob {
  const lines = report.rows.flatMap(({ row, device_code, errors }) =>
    errors.map(({ column, value, detail }) => [row, device_code, column, value, detail]),
  );
  return new Blob([csvOf([titles, ...lines])], { type: "text/csv" });
}
