/** The columns of a file of devices. */

export const IMPORTED = [
  "device_code",
  "device_name",
  "device_model",
  "device_type",
  "manufacturer",
  "production_date",
  "install_date",
  "install_location",
  "online_address",
  "team_name",
  "is_locked",
  "description",
] as const;
type Imported = (typeof IMPORTED)[number];

export function isImported(column: string): column is Imported {
  return (IMPORTED as readonly string[]).includes(column);
}
