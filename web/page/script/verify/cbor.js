// A reader for the one encoding of CBOR that Qualsys writes (RFC 8949 §4.2.1,
// core deterministic): shortest heads, definite lengths, map keys unique and in
// bytewise order, valid UTF-8, no tags, no floating point. Everything else is
// refused, so that what was read could only have been written one way.

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Thrown for anything that is not in that encoding. */
export class CborError extends Error {}

/**
 * Bytes to a value: numbers, strings, Uint8Array, arrays, Map, true, false, null.
 * The whole of the bytes must be one value, nested at most `depth` deep.
 */
export function decodeCbor(bytes, depth = 8) {
  const r = { bytes, at: 0 };
  const v = item(r, depth);
  if (r.at !== bytes.length) throw new CborError("bytes behind the value");
  return v;
}

/** One byte string at `at`: [content, place behind it]. */
export function readByteString(bytes, at) {
  const r = { bytes, at };
  const [major, n] = head(r);
  if (major !== 2) throw new CborError("no byte string");
  return [take(r, n), r.at];
}

/** The shortest head of a byte string of n bytes. */
export function byteStringHead(n) {
  if (n < 24) return [0x40 | n];
  if (n < 0x100) return [0x58, n];
  if (n < 0x10000) return [0x59, n >> 8, n & 255];
  return [0x5a, n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
}

function head(r) {
  if (r.at >= r.bytes.length) throw new CborError("ends too early");
  const first = r.bytes[r.at++];
  const major = first >> 5, info = first & 31;
  if (info < 24) return [major, info, info];
  if (info > 27) throw new CborError("indefinite or reserved length");
  const size = 1 << (info - 24);
  if (major === 7) throw new CborError("floating point or unknown simple value");
  let n = 0;
  for (const b of take(r, size)) n = n * 256 + b;
  const least = [24, 0x100, 0x10000, 0x100000000][info - 24];
  if (n < least || !Number.isSafeInteger(n)) throw new CborError("not the shortest form");
  return [major, n, info];
}

function take(r, n) {
  if (n > r.bytes.length - r.at) throw new CborError("ends too early");
  return r.bytes.subarray(r.at, (r.at += n));
}

function item(r, depth) {
  if (depth < 0) throw new CborError("nested too deep");
  const [major, n, info] = head(r);
  switch (major) {
    case 0: return n;
    case 1: return -1 - n;
    case 2: return take(r, n);
    case 3: return text(take(r, n));
    case 4: return array(r, n, depth);
    case 5: return map(r, n, depth);
    case 7: return simple(info);
  }
  throw new CborError("a tag");
}

function text(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new CborError("not UTF-8");
  }
}

function array(r, n, depth) {
  const out = [];
  for (let i = 0; i < n; i++) out.push(item(r, depth - 1));
  return out;
}

function map(r, n, depth) {
  const out = new Map();
  let before = null;
  for (let i = 0; i < n; i++) {
    const start = r.at;
    const key = item(r, depth - 1);
    const raw = r.bytes.subarray(start, r.at);
    if (typeof key !== "number" && typeof key !== "string") throw new CborError("an odd key");
    if (before && compareBytes(before, raw) >= 0) throw new CborError("keys out of order or twice");
    before = raw;
    out.set(key, item(r, depth - 1));
  }
  return out;
}

function simple(info) {
  if (info === 20) return false;
  if (info === 21) return true;
  if (info === 22) return null;
  throw new CborError("an unknown simple value");
}

/** Bytewise order: negative, 0 or positive. */
export function compareBytes(a, b) {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
