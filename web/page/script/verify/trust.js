// The trust list: which key may say what, signed by the pinned root.

import { decodeCbor } from "./cbor.js";
import { hex, importKey, keyId, parseCose, verifyCose } from "./cose.js";

const MAX_BYTES = 1 << 20;
const MAX_LIFE = 90 * 24 * 3600;
const PURPOSES = ["statement", "status", "receipt", "audit", "test"];

/** Thrown when a trust list is not to be relied on; `why` is one word. */
export class TrustError extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/**
 * Verifies and reads trust.cose. `rootSpki` is the pinned root key in DER,
 * `seen` the highest seq known so far.
 */
export async function openTrust(bytes, rootSpki, seen = 0) {
  let message, doc;
  try {
    message = parseCose(bytes, MAX_BYTES);
  } catch {
    throw new TrustError("malformed");
  }
  const rootId = await keyId(rootSpki);
  if (message.kid !== rootId || !(await verifyCose(message, "trust", await importKey(rootSpki)))) throw new TrustError("root");
  try {
    doc = plain(decodeCbor(message.payload, 8));
  } catch {
    throw new TrustError("malformed");
  }
  if (!doc || doc.format !== "qualsys-trust/1") throw new TrustError("malformed");
  await checkRules(doc, rootId);
  if (doc.seq < seen) throw new TrustError("older");
  return doc;
}

/** Maps to objects, so that both forms of the list read alike. */
function plain(v) {
  if (v instanceof Map) return Object.fromEntries([...v].map(([k, x]) => [k, plain(x)]));
  return Array.isArray(v) ? v.map(plain) : v;
}

async function checkRules(doc, rootId) {
  const life = doc.next_update - doc.issued;
  if (!(doc.seq >= 1) || !(life > 0) || life > MAX_LIFE || !Array.isArray(doc.sites) || doc.sites.length === 0) throw new TrustError("rules");
  const ids = new Set([rootId]);
  for (const k of doc.keys) {
    const id = await keyId(k.spki);
    if (k.alg !== "ES256" || hex(k.kid) !== id || ids.has(id) || !PURPOSES.includes(k.purpose) || !(k.not_before < k.not_after)) {
      throw new TrustError("rules");
    }
    ids.add(id);
  }
  const numbers = new Set(doc.registers.map((r) => r.number));
  if (numbers.size !== doc.registers.length || numbers.has(0)) throw new TrustError("rules");
}

/** The entry for a kid: {entry, fits}; null where the list doesn't know it. */
export function trustedKey(doc, kid, purpose) {
  const entry = doc.keys.find((k) => hex(k.kid) === kid);
  return entry ? { entry, fits: entry.purpose === purpose } : null;
}

/** Whether a list that a key dated `at` counts `now`: of its days, and the key not in other hands. */
export function keySpeaks(doc, kid, at, now) {
  const k = doc.keys.find((x) => hex(x.kid) === kid);
  return !!k && at >= k.not_before && at <= k.not_after && !(k.compromised_from && now >= k.compromised_from);
}

/** The public words for a register number, or null. */
export function trustedRegister(doc, number) {
  return doc.registers.find((r) => r.number === number) ?? null;
}

/** True once a newer list should have come. */
export function isStale(doc, now) {
  return now >= doc.next_update;
}

