// Makes small hostile files in the page: a PNG header that promises too much, and checkpoints with one thing wrong.

function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** The first bytes of a PNG of `width` x `height` pixels; the pixels never come. */
export function pngHeader(width, height) {
  const header = new Uint8Array(33);
  const view = new DataView(header.buffer);
  header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  view.setUint32(8, 13);
  header.set([0x49, 0x48, 0x44, 0x52], 12);
  view.setUint32(16, width);
  view.setUint32(20, height);
  header.set([8, 2, 0, 0, 0], 24);
  view.setUint32(29, crc32(header.subarray(12, 29)));
  return new Blob([header], { type: "image/png" });
}

/** A copy of a safetensors file whose JSON header went through `change`; the tensors' bytes stay as they are. */
export async function withHeader(blob, change) {
  const bytes = await blob.arrayBuffer();
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + length)));
  const changed = new TextEncoder().encode(JSON.stringify(change(header) ?? header));
  const prefix = new DataView(new ArrayBuffer(8));
  prefix.setBigUint64(0, BigInt(changed.length), true);
  return new Blob([prefix.buffer, changed, bytes.slice(8 + length)]);
}
