// Reads the vectors with the browser's modules, which share no code with the
// Go verifier. Node 20 or later, nothing to install: node check.mjs
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

const here = new URL(".", import.meta.url);
const modules = new URL("../../../web/page/script/verify/", here);
const load = (name) => import(new URL(name, modules));
const [{ decodeBase32, encodeBase32 }, { parseCode }, cose, { ageOf, judge }, range, st, trust, { verifyLink }] = await Promise.all(
  ["base32.js", "code.js", "cose.js", "judge.js", "range.js", "statement.js", "trust.js", "verify.js"].map(load));

const read = (name) => JSON.parse(readFileSync(new URL(name, here), "utf8"));
const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (h) => parseInt(h, 16));
let cases = 0;
const failures = [];
function expect(name, got, want) {
  cases++;
  if (!isDeepStrictEqual(got, want)) failures.push(`${name}:\n got  ${JSON.stringify(got)}\n want ${JSON.stringify(want)}`);
}

const keys = Object.fromEntries(read("keys.json").map((k) => [k.name, k]));
for (const k of Object.values(keys)) expect(`key ${k.name}`, await cose.keyId(bytes(k.spki)), k.kid);

for (const c of read("links.json")) {
  let got = {}, want = { error: c.error };
  try {
    const raw = st.parseLink(c.text, c.sites);
    const { message, statement } = st.openStatement(raw);
    const key = await cose.importKey(bytes(keys[c.signed_by].spki));
    got = { says: statement, kid: message.kid, digest: cose.hex(await cose.digestCose(message)), good: await cose.verifyCose(message, "statement", key) };
    want = { says: c.says, kid: c.kid, digest: c.digest, good: true };
    if (encodeBase32(decodeBase32(encodeBase32(raw))) !== encodeBase32(raw)) failures.push(`${c.name}: Base32`);
  } catch (e) {
    got = { error: e.code ?? String(e) };
  }
  expect(`link: ${c.name}`, got, want);
}

for (const c of read("codes.json")) {
  let got;
  try {
    got = { code: parseCode(c.typed) };
  } catch (e) {
    got = { error: e.code };
  }
  expect(`code: ${c.name}`, got, c.error ? { error: c.error } : { code: c.code });
}

for (const c of read("ranges.json")) {
  const keyFor = (kid) => (kid === keys.status.kid ? cose.importKey(bytes(keys.status.spki)) : null);
  let got = { ok: false };
  try {
    const r = await range.openRange(bytes(c.range), c.prefix, keyFor);
    const find = Object.fromEntries(Object.keys(c.find ?? {}).map((sum) => [sum, range.findInRange(r, bytes(sum)) ?? "not_issued"]));
    got = { ok: true, entries: r.count, find };
  } catch (e) {
    if (!(e instanceof range.IssuedRangeError)) throw e;
  }
  expect(`range: ${c.name}`, got, c.ok ? { ok: true, entries: c.entries, find: c.find ?? {} } : { ok: false });
}

for (const c of read("trust.json")) {
  let got;
  try {
    got = { seq: (await trust.openTrust(bytes(c.list), bytes(keys.root.spki), c.seen)).seq };
  } catch (e) {
    got = { error: e.why ?? String(e) };
  }
  expect(`trust: ${c.name}`, got, c.error ? { error: c.error } : { seq: c.seq });
}

expect("judge: every combination of evidence", await judgeAll(read("judge.json")), read("judge.json").sha256);

for (const c of read("verifications.json")) {
  let list = null;
  if (c.trust) list = await trust.openTrust(bytes(c.trust), bytes(keys.root.spki));
  const getRange = async (prefix) => {
    if (!c.ranges?.[prefix]) throw new Error("no network");
    return bytes(c.ranges[prefix]);
  };
  expect(`verification: ${c.name}`, sorted(await verifyLink(c.link, { trust: list, sites: c.sites, now: c.now, getRange })), sorted(c.expect));
}

async function judgeAll(f) {
  const verdicts = [], findings = {};
  const evidence = (i, input) => {
    if (i < f.findings.length) {
      for (const r of f.results) {
        findings[f.findings[i]] = r;
        evidence(i + 1, input);
      }
      return;
    }
    for (const state of f.states) for (const age of f.ages) for (const expired of [false, true]) {
      verdicts.push(f.letters[judge({ input, findings, state, age, expired }).verdict]);
    }
  };
  for (const input of f.inputs) evidence(0, input);
  return cose.hex(await cose.sha256(new TextEncoder().encode(verdicts.join(""))));
}

function sorted(v) {
  if (Array.isArray(v)) return v.map(sorted);
  if (v === null || typeof v !== "object") return v;
  return Object.fromEntries(Object.keys(v).sort().map((k) => [k, sorted(v[k])]));
}

expect("age: five minutes are present, one second more is old", [ageOf(0, 900, 300), ageOf(0, 900, 301), ageOf(0, 900, 900)], ["present", "old", "outdated"]);
console.log(failures.length ? failures.join("\n") : `${cases} cases, all as expected`);
process.exit(failures.length ? 1 : 0);
