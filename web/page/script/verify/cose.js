// COSE_Sign1 (RFC 9052) in the one shape that Qualsys writes: untagged, ES256,
// {1: -7, 4: eight-byte kid} protected, nothing unprotected, and an
// external_aad that names the purpose of the key.

import { byteStringHead, compareBytes, readByteString } from "./cbor.js";

const HEAD = [0x84, 0x4d, 0xa2, 0x01, 0x26, 0x04, 0x48];
const SHORTEST = 15 + 1 + 1 + 66;

/** Thrown when bytes are no message in that shape. */
export class CoseError extends Error {}

/** Takes a message apart; nothing is verified. */
export function parseCose(bytes, limit) {
  if (bytes.length > limit || bytes.length < SHORTEST) throw new CoseError("length");
  if (HEAD.some((b, i) => bytes[i] !== b) || bytes[15] !== 0xa0) throw new CoseError("headers");
  let payload, at;
  try {
    [payload, at] = readByteString(bytes, 16);
  } catch {
    throw new CoseError("payload");
  }
  if (bytes.length !== at + 66 || bytes[at] !== 0x58 || bytes[at + 1] !== 64) throw new CoseError("signature");
  return { kid: hex(bytes.subarray(7, 15)), protected: bytes.subarray(2, 15), payload, signature: bytes.subarray(at + 2) };
}

/** True when `key` (a CryptoKey) signed the message for that purpose. */
export function verifyCose(message, purpose, key) {
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, message.signature, toBeSigned(message, purpose));
}

/** SHA-256 of protected header ‖ payload: the name of a statement. */
export async function digestCose(message) {
  return sha256(concat(message.protected, message.payload));
}

function toBeSigned(message, purpose) {
  const aad = new TextEncoder().encode("qualsys/1 " + purpose);
  return concat(
    [0x84, 0x6a], new TextEncoder().encode("Signature1"),
    byteStringHead(message.protected.length), message.protected,
    byteStringHead(aad.length), aad,
    byteStringHead(message.payload.length), message.payload,
  );
}

/** A P-256 public key from its SubjectPublicKeyInfo in DER. */
export function importKey(spki) {
  return crypto.subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
}

/** The key id of a SubjectPublicKeyInfo: 16 hexadecimal digits. */
export async function keyId(spki) {
  return hex((await sha256(spki)).subarray(0, 8));
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function hex(bytes) {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

export function equalBytes(a, b) {
  return compareBytes(a, b) === 0;
}

function concat(...parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
