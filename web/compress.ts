/** Writes a .br and a .gz beside each file of a folder that gets smaller by it. The server sends them as they are. */

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  const variants = {
    br: await brotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
    gz: await deflate(content, { level: constants.Z_BEST_COMPRESSION }),
  };
  for (const [suffix, variant] of Object.entries(variants)) {
    if (variant.length < content.length) await writeFile(`${path}.${suffix}`, variant);
  }
}

const [folder = "dist"] = process.argv.slice(2);
const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile() && /\.(js|css|html|svg|json)$/.test(entry.name));
await Promise.all(files.map((entry) => compress(join(entry.parentPath, entry.name))));
