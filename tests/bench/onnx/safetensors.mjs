// Reads tensors out of a safetensors file, one at a time, and appends tensors to the data file of an ONNX graph.
import { closeSync, openSync, readSync, writeSync } from "node:fs";

const readers = {
  F32: (buffer) => new Float32Array(buffer),
  F16: (buffer) => Float32Array.from(new Uint16Array(buffer), half),
};

/** The number that 16 bits say (IEEE 754 binary16). */
function half(bits) {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

/** A checkpoint's tensors, in f32 or f16: `read(name)` gives `{ shape, values }`, values in f32. */
export class Checkpoint {
  #file;
  #begin;
  #entries;

  constructor(path) {
    this.#file = openSync(path);
    const length = Number(this.#bytes(0, 8).readBigUInt64LE());
    this.#begin = 8 + length;
    this.#entries = JSON.parse(this.#bytes(8, length));
  }

  /** The tensors' names. */
  names() {
    return Object.keys(this.#entries).filter((name) => name !== "__metadata__");
  }

  /** A tensor's shape. */
  shape(name) {
    return this.#entries[name].shape;
  }

  read(name) {
    const entry = this.#entries[name];
    const read = readers[entry?.dtype];
    if (!read) throw new Error(`the checkpoint has no f32 or f16 tensor ${name}`);
    const [begin, end] = entry.data_offsets;
    const { buffer } = this.#bytes(this.#begin + begin, end - begin);
    return { shape: entry.shape, values: read(buffer) };
  }

  close() {
    closeSync(this.#file);
  }

  #bytes(from, length) {
    // Memory of its own: Buffer.alloc may give a slice of a shared piece, which no Float32Array could be laid over.
    const bytes = Buffer.from(new ArrayBuffer(length));
    for (let at = 0; at < length;) at += readSync(this.#file, bytes, at, length - at, from + at);
    return bytes;
  }
}

/** A file that tensors are appended to; `add` gives the place that a graph names. */
export class DataFile {
  #file;
  #location;
  #end = 0;

  constructor(path, location) {
    this.#file = openSync(path, "w");
    this.#location = location;
  }

  add(name, type, shape, values) {
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let at = 0; at < data.length;) at += writeSync(this.#file, data, at);
    const place = {
      name,
      type,
      shape,
      location: this.#location,
      offset: this.#end,
      length: data.length,
    };
    this.#end += data.length;
    return place;
  }

  close() {
    closeSync(this.#file);
  }
}
