// A link → the whole answer, in the browser or anywhere else: the same JSON
// that POST /v1/verifications and `qualsys verify` give for a link. What it
// needs from outside is handed in: the trust list, and a way to get a range.

import { digestCose, hex, importKey, verifyCose } from "./cose.js";
import { formatCode } from "./code.js";
import { VerifyError } from "./errors.js";
import { ageOf, judge, statusCheck } from "./judge.js";
import { findInRange, openRange } from "./range.js";
import { openStatement, parseLink, printedDate } from "./statement.js";
import { isStale, keySpeaks, trustedKey, trustedRegister } from "./trust.js";

const ORDER = ["statement", "issuer", "document", "coverage", "agreement", "issue_log", "status", "register"];
const LINK_CAUSES = {
  "credential.link_host": ["look_alike", "look_alike"],
  "credential.link_agency": ["agency", "agency"],
  "credential.link_damaged": ["damaged", "damaged"],
};

/**
 * options: trust (what openTrust gave, or null when it could not be had),
 * sites (addresses beside the trust list's), now (seconds since 1970),
 * getRange(prefix, {reload}) → Promise of bytes; it rejects when it can't.
 */
export async function verifyLink(text, options) {
  const g = begin(options);
  const opened = open(g, text);
  if (opened) await follow(g, opened, options);
  return answer(g);
}

function begin({ trust, sites = [], now }) {
  const stale = trust && isStale(trust, now);
  return {
    now, trust: trust && !stale ? trust : null,
    noTrust: stale ? "verifier.issuer.trust_list_old" : "verifier.issuer.trust_list_missing",
    sites: [...(trust && !stale ? trust.sites : []), ...sites],
    checks: {}, state: "", age: "", asOf: 0, cause: "", expired: false, says: null, register: null, host: "",
  };
}

function set(g, id, result, word, source, at) {
  g.checks[id] = { result, code: `verifier.${id}.${word}`, source, at };
}

/** Reads link and statement; null (and findings) when there is nothing to go on with. */
function open(g, text) {
  let bytes;
  try {
    bytes = parseLink(text, g.sites);
  } catch (e) {
    if (!(e instanceof VerifyError)) throw e;
    const [cause, word] = LINK_CAUSES[e.code] ?? ["foreign", "foreign"];
    g.cause = cause;
    g.host = e.details.host ?? "";
    set(g, "statement", "failed", word, "certificate");
    return null;
  }
  try {
    return openStatement(bytes);
  } catch (e) {
    if (!(e instanceof VerifyError)) throw e;
    if (e.code === "credential.statement_version") {
      set(g, "statement", "unknown", "version", "certificate");
    } else {
      g.cause = "damaged";
      set(g, "statement", "failed", "malformed", "certificate");
    }
    return null;
  }
}

async function follow(g, { message, statement }, options) {
  g.expired = statement.expiry !== 0 && statement.expiry < civilDate(g.now);
  await checkSignature(g, message, statement);
  const digest = await digestCose(message);
  const found = await lookUp(g, digest, options.getRange);
  if (!found) return;
  set(g, "issue_log", "passed", "passed", "issued_range", found.range.issuedAt);
  if (g.checks.issuer?.code === "verifier.issuer.compromised" && ageOf(found.range.issuedAt, found.range.issuedAt, g.now) === "present") {
    set(g, "issuer", "passed", "compromised_logged", "trust_list");
  }
  g.state = found.status;
  g.asOf = found.range.issuedAt;
  g.age = ageOf(g.asOf, found.range.expires, g.now);
}

async function checkSignature(g, message, statement) {
  if (!g.trust) {
    set(g, "statement", "unknown", "no_key", "certificate");
    g.checks.issuer = { result: "unknown", code: g.noTrust, source: "trust_list" };
    return;
  }
  g.register = trustedRegister(g.trust, statement.register);
  const known = trustedKey(g.trust, message.kid, "statement");
  if (!known || !known.fits) {
    set(g, "statement", "unknown", "no_key", "certificate");
    set(g, "issuer", "failed", known ? "purpose" : "unknown_key", "trust_list");
    return;
  }
  const key = known.entry;
  if (!(await verifyCose(message, "statement", await importKey(key.spki)))) {
    set(g, "statement", "failed", "signature", "certificate");
    return;
  }
  set(g, "statement", "passed", "passed", "certificate");
  g.says = saysOf(statement, g.register);
  const [result, word] = issuerOf(key, statement, g.now);
  set(g, "issuer", result, word, "trust_list");
}

function issuerOf(key, statement, now) {
  if (key.registers?.length && !key.registers.includes(statement.register)) return ["failed", "register"];
  if (statement.issued < civilDate(key.not_before) || statement.issued > civilDate(key.not_after)) return ["failed", "outside_days"];
  if (key.compromised_from && now >= key.compromised_from) return ["unknown", "compromised"];
  return ["passed", "passed"];
}

/** Asks the issued range: {status, range}, or null with the finding set. */
async function lookUp(g, digest, getRange) {
  const prefix = hex(digest.subarray(0, 2));
  const unavailable = () => {
    set(g, "issue_log", "unknown", "unavailable", "issue_log");
    set(g, "status", "unknown", "unavailable", "issued_range");
    return null;
  };
  if (!g.trust || !getRange) return unavailable();
  for (const reload of [false, true]) {
    let range;
    try {
      range = await openRange(await getRange(prefix, { reload }), prefix, (kid) => statusKey(g.trust, kid),
        (kid, at) => keySpeaks(g.trust, kid, at, g.now));
    } catch {
      return unavailable();
    }
    const status = findInRange(range, digest);
    if (status) return { status, range };
    if (!reload) continue; // it may have been released since the cached one
    if (ageOf(range.issuedAt, range.expires, g.now) !== "present") return unavailable();
  }
  set(g, "issue_log", "failed", "not_issued", "issued_range");
  return null;
}

async function statusKey(trust, kid) {
  const known = trustedKey(trust, kid, "status");
  return known && known.fits ? importKey(known.entry.spki) : null;
}

function answer(g) {
  const findings = Object.fromEntries(Object.entries(g.checks).map(([id, c]) => [id, c.result]));
  const { verdict, reason } = judge({ input: "link", findings, state: g.state, age: g.age, expired: g.expired, cause: g.cause });
  const v = { verdict, input: "link", checks: ORDER.map((id) => line(g, id)), checked_at: instant(g.now), identity: "verifier.identity" };
  if (reason) v.reason = reason;
  if (g.host) v.host = g.host;
  if (g.state && verdict !== "not_genuine") v.as_of = instant(g.asOf);
  if (g.state && verdict === "cannot_confirm") v.last_known = { status: g.state, at: instant(g.asOf) };
  if (g.says && verdict !== "not_genuine") v.says = g.says;
  if (verdict === "suspended" && g.register?.suspended) v.term = g.register.suspended;
  if (verdict === "suspended" && g.register?.suspended_en) v.term_en = g.register.suspended_en;
  v.message = messageOf(v);
  v.etsi = etsiOf(g);
  return v;
}

function line(g, id) {
  let c = g.checks[id];
  if (id === "status" && g.state) c = { ...statusCheck(g.state, g.age), source: "issued_range", at: g.asOf };
  c ??= { result: "not_asked", code: `verifier.${id}.not_asked` };
  const out = { id, result: c.result, code: c.code };
  if (c.source) out.source = c.source;
  if (c.at) out.at = instant(c.at);
  return out;
}

function messageOf(v) {
  const parts = ["verifier.verdict", v.verdict];
  if (v.reason) parts.push(v.reason);
  else if (v.verdict === "suspended" && !v.term) parts.push("unnamed");
  else if (v.verdict === "cannot_confirm") parts.push(v.last_known ? v.last_known.status : "unknown");
  return parts.join(".");
}

function etsiOf(g) {
  const failed = (id) => g.checks[id]?.result === "failed";
  const ends = (id, word) => g.checks[id].code.endsWith("." + word);
  const say = (indication, sub) => (sub ? { indication, sub_indication: sub } : { indication });
  if (failed("statement")) return say("TOTAL-FAILED", ends("statement", "signature") ? "SIG_CRYPTO_FAILURE" : "FORMAT_FAILURE");
  if (failed("issuer")) return say("INDETERMINATE", ends("issuer", "outside_days") ? "OUT_OF_BOUNDS_NO_POE" : "NO_CERTIFICATE_CHAIN_FOUND");
  if (failed("issue_log")) return say("INDETERMINATE", "SIG_CONSTRAINTS_FAILURE");
  const complete = ["statement", "issuer", "issue_log"].every((id) => g.checks[id]?.result === "passed");
  return complete ? say("TOTAL-PASSED") : say("INDETERMINATE", "TRY_LATER");
}

function saysOf(s, r) {
  const all = {
    qualification: r?.qualification, title: r?.name, title_en: r?.name_en, issuer: r?.keeper, issuer_en: r?.keeper_en,
    register: s.register, number: r?.number_pattern ? r.number_pattern.split("{n}").join(s.number) : s.number,
    name: s.name, birth: printedDate(s.birth), issued: printedDate(s.issued), expiry: printedDate(s.expiry), code: formatCode(s.code),
  };
  return Object.fromEntries(Object.entries(all).filter(([, v]) => v));
}

/** The civil date in Japan, yyyymmdd. */
function civilDate(seconds) {
  const d = new Date((seconds + 9 * 3600) * 1000);
  return d.getUTCFullYear() * 10000 + (d.getUTCMonth() + 1) * 100 + d.getUTCDate();
}

function instant(seconds) {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
