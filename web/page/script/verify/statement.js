// The statement in the QR code: link → bytes → what it says.

import { decodeBase32 } from "./base32.js";
import { decodeCbor } from "./cbor.js";
import { codeFromBytes } from "./code.js";
import { parseCose } from "./cose.js";
import { VerifyError } from "./errors.js";

const MAX_LINK = 1024;
const MAX_SIGNED = 512;
const LIST_SIZE = 1 << 17;

/** ASCII letters to upper case, and no others. */
const upper = (s) => s.replace(/[a-z]/g, (c) => c.toUpperCase());
const byteLength = (s) => new TextEncoder().encode(s).length;

/** Reads a link; `sites` are the addresses whose links are ours. */
export function parseLink(text, sites) {
  text = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  const like = likeAgency(text);
  if (like) throw new VerifyError("credential.link_host", { host: like });
  if (byteLength(text) > MAX_LINK) {
    throw new VerifyError(isAgency(text) ? "credential.link_agency" : "credential.link_long");
  }
  const cut = text.indexOf("://");
  const scheme = upper(text.slice(0, Math.max(cut, 0)));
  if (scheme !== "HTTP" && scheme !== "HTTPS") throw new VerifyError("credential.link_foreign");
  if (isAgency(text)) throw new VerifyError("credential.link_agency");
  const rest = text.slice(cut + 3);
  const end = rest.search(/[/?#\\]/);
  if (end < 0) throw new VerifyError("credential.link_foreign");
  const host = rest.slice(0, end), path = rest.slice(end);
  const shaped = upper(path.slice(0, 3)) === "/Q#";
  if (!isOurs(scheme, host, sites)) {
    if (shaped && path.length > 3 && !/[ \t\r\n]/.test(host)) throw new VerifyError("credential.link_host", { host });
    throw new VerifyError("credential.link_foreign");
  }
  if (!shaped) throw new VerifyError("credential.link_foreign");
  return parseFragment(path.slice(3));
}

/** Reads what stands behind the "#". */
export function parseFragment(fragment) {
  if (byteLength(fragment) > MAX_LINK) throw new VerifyError("credential.link_long");
  const bytes = decodeBase32(fragment);
  if (!bytes || bytes.length === 0) throw new VerifyError("credential.link_damaged");
  return bytes;
}

function isOurs(scheme, host, sites) {
  if (!/^[A-Z0-9.:-]+$/.test(upper(host))) return false;
  return sites.some((s) => upper(s.replace(/\/$/, "")) === scheme + "://" + upper(host));
}

function isAgency(text) {
  const t = upper(text.slice(0, 40));
  return ["HTTPS://", "HTTP://"].some((scheme) => {
    const start = scheme + "DQCVS.NQS.GO.JP/W/?C=";
    return t.startsWith(start) && text.length > start.length;
  });
}

/** The host of a link of the agency's shape that plays at being theirs, or "". */
function likeAgency(text) {
  const m = /^https?:\/\/([^/?#\\ \t\r\n]*)\/w\/\?c=./i.exec(text.slice(0, MAX_LINK));
  return m && !isAgency(text) && /dqcvs|nqs\.go\.jp/i.test(m[1]) ? m[1] : "";
}

/** What a signed statement says, and the message it came in. Verifies nothing. */
export function openStatement(bytes) {
  let message, map;
  try {
    message = parseCose(bytes, MAX_SIGNED);
    map = decodeCbor(message.payload, 4);
  } catch {
    throw new VerifyError("credential.statement_malformed");
  }
  if (!(map instanceof Map)) throw new VerifyError("credential.statement_malformed");
  if (Number.isInteger(map.get(1)) && map.get(1) > 1) throw new VerifyError("credential.statement_version");
  return { message, statement: statementOf(map) };
}

function statementOf(map) {
  const bad = () => new VerifyError("credential.statement_malformed");
  const known = [1, 2, 3, 4, 5, 6, 7, 8];
  const keys = [...map.keys()];
  const want = map.has(9) ? [...known, 9] : known;
  if (keys.length !== want.length || want.some((k, i) => keys[i] !== k)) throw bad();
  const [version, code, register, number, name, birth, issued, status, expiry] = [...want, 9].map((k) => map.get(k));
  if (version !== 1 || !(code instanceof Uint8Array) || code.length !== 10) throw bad();
  if (typeof number !== "string" || typeof name !== "string" || !Array.isArray(status) || status.length !== 2) throw bad();
  for (const n of [register, birth, issued, ...status, expiry ?? 0]) if (!isUint32(n)) throw bad();
  let text;
  try {
    text = codeFromBytes(code);
  } catch {
    throw bad();
  }
  const s = { version, code: text, register, number, name, birth, issued, list: status[0], index: status[1], expiry: expiry ?? 0 };
  if (map.has(9) && expiry === 0) throw bad();
  checkContent(s);
  return s;
}

function isUint32(n) {
  return Number.isInteger(n) && n >= 0 && n <= 0xffffffff;
}

function checkContent(s) {
  const ok = s.register !== 0 && isPrintable(s.number, 64) && isPrintable(s.name, 255) &&
    isDate(s.birth, true) && isDate(s.issued, false) && s.index < LIST_SIZE && (s.expiry === 0 || isDate(s.expiry, false));
  if (!ok) throw new VerifyError("credential.statement_content");
}

function isPrintable(s, limit) {
  return s !== "" && byteLength(s) <= limit &&
    !/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(s);
}

function isDate(d, partly) {
  const y = Math.floor(d / 10000), m = Math.floor(d / 100) % 100, day = d % 100;
  if (y < 1000 || y > 9999 || m > 12) return false;
  if (m === 0 || day === 0) return partly && day === 0;
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
  return day <= [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1];
}

/** A civil date as it stands on a certificate. */
export function printedDate(d) {
  if (!d) return "";
  const s = String(d);
  const [y, m, day] = [s.slice(0, 4), s.slice(4, 6), s.slice(6)];
  if (m === "00") return `${y}年(月日不詳)`;
  if (day === "00") return `${y}/${m}(日不詳)`;
  return `${y}/${m}/${day}`;
}
