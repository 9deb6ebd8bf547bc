// The issued range: all released digests that begin alike, with their status.

import { compareBytes, decodeCbor } from "./cbor.js";
import { parseCose, verifyCose } from "./cose.js";

const MAX_BYTES = 17 * 65536 + 256;
const STATUSES = ["valid", "revoked", "suspended", "changed"];

/** Thrown when bytes are not the range that was asked for. */
export class IssuedRangeError extends Error {}

/**
 * Verifies and reads the range of `prefix` (four hexadecimal digits). `keyFor`
 * takes a kid and gives the status key, or null; `speaks`, where given, takes a
 * kid and the date of the range and says whether the key counts.
 */
export async function openRange(bytes, prefix, keyFor, speaks) {
  let message;
  try {
    message = parseCose(bytes, MAX_BYTES);
  } catch {
    throw new IssuedRangeError("malformed");
  }
  const key = await keyFor(message.kid);
  if (!key) throw new IssuedRangeError("key");
  if (!(await verifyCose(message, "status", key))) throw new IssuedRangeError("signature");
  const range = readRange(message.payload);
  if (range.prefix !== prefix) throw new IssuedRangeError("other_range");
  if (speaks && !speaks(message.kid, range.issuedAt)) throw new IssuedRangeError("key_days");
  return range;
}

function readRange(payload) {
  const bad = () => new IssuedRangeError("malformed");
  let map;
  try {
    map = decodeCbor(payload, 4);
  } catch {
    throw bad();
  }
  if (!(map instanceof Map) || [...map.keys()].join() !== "1,2,3,4,5,6") throw bad();
  const [version, prefix, issuedAt, expires, digests, statuses] = [1, 2, 3, 4, 5, 6].map((k) => map.get(k));
  for (const b of [prefix, digests, statuses]) if (!(b instanceof Uint8Array)) throw bad();
  for (const n of [issuedAt, expires]) if (!Number.isInteger(n) || n < 0) throw bad();
  const n = digests.length / 16;
  if (version !== 1 || prefix.length !== 2 || !Number.isInteger(n) || n > 65536 ||
      statuses.length !== Math.ceil(n / 4) || expires < issuedAt || expires > 2 ** 40) throw bad();
  for (let i = 0; i < n; i++) {
    const d = digests.subarray(16 * i, 16 * i + 16);
    if (d[0] !== prefix[0] || d[1] !== prefix[1]) throw bad();
    if (i > 0 && compareBytes(digests.subarray(16 * i - 16, 16 * i), d) >= 0) throw bad();
  }
  if (n % 4 && statuses[statuses.length - 1] >> ((n % 4) * 2)) throw bad();
  const hex = Array.from(prefix, (b) => b.toString(16).padStart(2, "0")).join("");
  return { prefix: hex, issuedAt, expires, digests, statuses, count: n };
}

/** The status of the certificate with that SHA-256, or null where it was not issued. */
export function findInRange(range, sum) {
  const want = sum.subarray(0, 16);
  let low = 0, high = range.count;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (compareBytes(range.digests.subarray(16 * mid, 16 * mid + 16), want) < 0) low = mid + 1;
    else high = mid;
  }
  if (low === range.count || compareBytes(range.digests.subarray(16 * low, 16 * low + 16), want) !== 0) return null;
  return STATUSES[(range.statuses[low >> 2] >> ((low % 4) * 2)) & 3];
}
