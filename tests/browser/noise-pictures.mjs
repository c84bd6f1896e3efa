// Writes many pictures of ours: coloured noise as PNG, each another, with names that a table must quote.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { crc32, deflateSync } from "node:zlib";

/** A PNG of `width` x `height` pixels: a grey that follows from `seed`, and noise that does not compress. */
export function noisePng(seed, width, height) {
  let state = seed + 1;
  const next = () => (state = (state * 48271) % 2147483647) & 0xff;
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let at = 0; at < rows.length; at += 1) rows[at] = at % (1 + 3 * width) ? next() : 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** Writes `count` of them into `folder`; gives their paths, in the order of their names. */
export function writePictures(folder, count, width, height) {
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: count }, (_, index) => {
    const file = path.join(folder, `a "noisy", picture ${String(index).padStart(3, "0")}.png`);
    writeFileSync(file, noisePng(index, width, height));
    return file;
  });
}
