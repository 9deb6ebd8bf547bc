// Base32 of RFC 4648 without padding, as it stands in the QR code, read
// strictly: there is one text for each run of bytes (but for case).

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Bytes to upper-case Base32. */
export function encodeBase32(bytes) {
  let out = "", bits = 0, value = 0;
  for (const b of bytes) {
    value = (value << 8) | b;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += alphabet[(value >>> bits) & 31];
    }
    value &= 0xff;
  }
  if (bits > 0) out += alphabet[(value << (5 - bits)) & 31];
  return out;
}

/** Base32 of either case to bytes; null for anything else, bits left over included. */
export function decodeBase32(text) {
  if (text === "" || [1, 3, 6].includes(text.length % 8)) return null;
  const out = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0, value = 0, at = 0;
  for (let i = 0; i < text.length; i++) {
    const v = valueOf(text.charCodeAt(i));
    if (v < 0) return null;
    value = (value << 5) | v;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (value >>> bits) & 0xff;
    }
    value &= 0xff;
  }
  return (value & ((1 << bits) - 1)) === 0 ? out : null;
}

function valueOf(c) {
  if (c >= 0x61 && c <= 0x7a) c -= 32; // ASCII letters only
  if (c >= 0x41 && c <= 0x5a) return c - 0x41;
  if (c >= 0x32 && c <= 0x37) return c - 0x32 + 26;
  return -1;
}
