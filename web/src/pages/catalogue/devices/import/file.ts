/** A file of devices that a person has chosen, and how it is sent. */

export const BYTES_MAX = 8 * 1024 * 1024;
export const ROWS_MAX = 20_000;
export const ENCODINGS = ["auto", "gb18030"] as const;
/** `auto`: the server recognises UTF-8, UTF-16 with a byte order mark, and GB 18030 with a Chinese header. */
export type Encoding = (typeof ENCODINGS)[number];

const MEDIA_TYPES = {
  csv: "text/csv",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;
export type FileKind = keyof typeof MEDIA_TYPES;

export type FileFault = "kind" | "size" | "empty";

/** Returns the kind by the end of the name: what a browser says about CSV depends on the programs of the computer. */
export function kindOf(name: string): FileKind | undefined {
  const found = /\.(csv|xlsx)$/i.exec(name)?.[1]?.toLowerCase();
  return found as FileKind | undefined;
}

/** Returns why a file cannot be sent. */
export function faultOf({ name, size }: Pick<File, "name" | "size">): FileFault | undefined {
  if (kindOf(name) === undefined) return "kind";
  if (size > BYTES_MAX) return "size";
  return size === 0 ? "empty" : undefined;
}

export function contentType(name: string, encoding: Encoding): string {
  const kind = kindOf(name) ?? "csv";
  return kind === "csv" && encoding !== "auto" ? `${MEDIA_TYPES.csv}; charset=${encoding}` : MEDIA_TYPES[kind];
}

/** The file on the disk is not the one that was chosen. */
export class FileChanged extends Error {
  override readonly name = "FileChanged";
}

/** Returns the bytes of a file. Browsers refuse to read a file that has changed since it was chosen, or was moved. */
export async function bytesOf(file: File): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer();
  } catch (error) {
    throw new FileChanged(file.name, { cause: error });
  }
}

export function isSame(a: ArrayBuffer, b: ArrayBuffer): boolean {
  const [first, second] = [new Uint8Array(a), new Uint8Array(b)];
  return first.length === second.length && first.every((byte, index) => byte === second[index]);
}
