// The certificate's number: 15 random characters of Crockford's Base32 and a
// check character (Luhn mod 32).

import { VerifyError } from "./errors.js";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Reads a code as people type it; returns its 16 characters or throws. */
export function parseCode(typed) {
  if (new TextEncoder().encode(typed).length > 200) throw new VerifyError("credential.code_length");
  let out = "";
  for (let ch of typed) {
    let c = ch.codePointAt(0);
    if (c >= 0xff01 && c <= 0xff5e) c -= 0xfee0; // full width
    if ([0x20, 0x2d, 0x3000, 0x09, 0x2212, 0x30fc, 0xa0].includes(c) || (c >= 0x2010 && c <= 0x2015)) continue;
    if (c >= 0x61 && c <= 0x7a) c -= 32;
    ch = String.fromCodePoint(c);
    if (ch === "I" || ch === "L") ch = "1";
    if (ch === "O") ch = "0";
    if (!alphabet.includes(ch)) throw new VerifyError("credential.code_character", { place: out.length + 1 });
    out += ch;
  }
  if (out.length !== 16) throw new VerifyError("credential.code_length", { count: out.length });
  if (checkCharacter(out.slice(0, 15)) !== out[15]) throw new VerifyError("credential.code_check");
  return out;
}

/** "XXXX-XXXX-XXXX-XXXX" */
export function formatCode(code) {
  return code.match(/.{4}/g).join("-");
}

/** The 16 characters packed in ten bytes; throws where the check doesn't fit. */
export function codeFromBytes(bytes) {
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
  if (out.length !== 16 || checkCharacter(out.slice(0, 15)) !== out[15]) throw new VerifyError("credential.code_check");
  return out;
}

function checkCharacter(body) {
  let sum = 0, factor = 2;
  for (let i = body.length - 1; i >= 0; i--) {
    const v = alphabet.indexOf(body[i]) * factor;
    sum += Math.floor(v / 32) + (v % 32);
    factor = 3 - factor;
  }
  return alphabet[(32 - (sum % 32)) % 32];
}
