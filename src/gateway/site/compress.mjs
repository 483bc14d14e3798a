// node compress.mjs FROM TO: the files of FROM as they are in TO/identity, and where it makes them
// smaller, compressed in TO/gzip and TO/br. Needs Node alone.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [from, to] = process.argv.slice(2);
if (!from || !to) {
  console.error("usage: node compress.mjs FROM TO");
  process.exit(2);
}

// Formats that are compressed in themselves.
const DENSE = new Set([".avif", ".br", ".gif", ".gz", ".jpeg", ".jpg", ".png", ".webp", ".woff2"]);

const ENCODINGS = {
  gzip: (bytes) => gzipSync(bytes, { level: 9 }),
  br: (bytes) =>
    brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
};

/** Paths of all files below the folder, relative to it. */
function list(folder, prefix = "") {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = join(prefix, entry.name);
    return entry.isDirectory() ? list(folder, path) : [path];
  });
}

function write(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

rmSync(to, { recursive: true, force: true });
for (const path of list(from)) {
  if (extname(path) === ".map") continue; // for debugging, not for clients
  const bytes = readFileSync(join(from, path));
  write(join(to, "identity", path), bytes);
  if (DENSE.has(extname(path).toLowerCase())) continue;
  for (const [name, compress] of Object.entries(ENCODINGS)) {
    const compressed = compress(bytes);
    if (compressed.length < bytes.length) write(join(to, name, path), compressed);
  }
}
