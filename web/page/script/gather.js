// Link → evidence → verification, in the browser: what verifier.Link does on a
// server, with the trust list and the issued range as the only things fetched.
// Nothing that tells which certificate is meant leaves the device but the first
// four hexadecimal digits of a digest, which many certificates share.

import { digestCose, hex, importKey, verifyCose } from './verify/cose.js';
import { formatCode } from './verify/code.js';
import { ageOf, judge, statusCheck } from './verify/judge.js';
import { findInRange, openRange } from './verify/range.js';
import { openStatement, parseLink, printedDate } from './verify/statement.js';
import { isStale, openTrust, trustedKey, trustedRegister } from './verify/trust.js';

const checkIds = ['statement', 'issuer', 'document', 'coverage', 'agreement', 'issue_log', 'status', 'register'];
const causes = {
  'credential.link_host': ['look_alike', 'look_alike'], 'credential.link_agency': ['agency', 'agency'],
  'credential.link_damaged': ['damaged', 'damaged'],
};
const fresh = 300;

/**
 * Verifies the text of a QR code.
 * @param {string} text
 * @param {object} o root: the pinned key in DER; sites: addresses whose links are
 *   ours beside the trust list's; trust(): bytes of the trust list; range(address):
 *   bytes of a range; seen: highest seq of a trust list so far; saw(seq);
 *   now: seconds since 1970
 * @returns {Promise<object>} the verification, as the API writes it
 */
export async function verifyLink(text, o) {
  const g = { o, findings: {}, now: o.now, state: '', age: '', cause: '', expired: false, host: '' };
  await trust(g);
  const read = await statement(g, text);
  if (read) await follow(g, read);
  return answer(g);
}

function set(g, id, result, word, source, at) {
  g.findings[id] = { result, code: `verifier.${id}.${word}`, source, at };
}

async function trust(g) {
  try {
    const list = await openTrust(await g.o.trust(), g.o.root, g.o.seen ?? 0);
    g.o.saw?.(list.seq);
    if (isStale(list, g.now)) g.listWord = 'trust_list_old';
    else g.list = list;
  } catch {
    g.listWord = 'trust_list_missing';
  }
}

/** Reads the link, verifies its signature, and says what it says. */
async function statement(g, text) {
  let signed, opened;
  try {
    signed = parseLink(text, [...(g.list?.sites ?? []), ...g.o.sites]);
  } catch (e) {
    const [cause, word] = causes[e.code] ?? ['foreign', 'foreign'];
    g.cause = cause;
    if (cause === 'look_alike') g.host = e.details?.host ?? '';
    set(g, 'statement', 'failed', word, 'certificate');
    return null;
  }
  try {
    opened = openStatement(signed);
  } catch (e) {
    if (e.code === 'credential.statement_version') {
      set(g, 'statement', 'unknown', 'version', 'certificate');
    } else {
      g.cause = 'damaged';
      set(g, 'statement', 'failed', 'malformed', 'certificate');
    }
    return null;
  }
  const { message, statement: s } = opened;
  g.expired = s.expiry !== 0 && s.expiry < civil(g.now);
  await signature(g, message, s);
  return { message, digest: await digestCose(message) };
}

async function signature(g, message, s) {
  if (!g.list) {
    set(g, 'statement', 'unknown', 'no_key', 'certificate');
    set(g, 'issuer', 'unknown', g.listWord, 'trust_list');
    return;
  }
  const key = trustedKey(g.list, message.kid, 'statement');
  if (!key?.fits) {
    set(g, 'statement', 'unknown', 'no_key', 'certificate');
    set(g, 'issuer', 'failed', key ? 'purpose' : 'unknown_key', 'trust_list');
    return;
  }
  const { entry } = key;
  if (!(await verifyCose(message, 'statement', await importKey(entry.spki)))) {
    set(g, 'statement', 'failed', 'signature', 'certificate');
    return;
  }
  set(g, 'statement', 'passed', 'passed', 'certificate');
  g.says = saysOf(g, s);
  if (entry.registers?.length && !entry.registers.includes(s.register)) set(g, 'issuer', 'failed', 'register', 'trust_list');
  else if (s.issued < civil(entry.not_before) || s.issued > civil(entry.not_after)) set(g, 'issuer', 'failed', 'outside_days', 'trust_list');
  else if (entry.compromised_from && g.now >= entry.compromised_from) set(g, 'issuer', 'unknown', 'compromised', 'trust_list');
  else set(g, 'issuer', 'passed', 'passed', 'trust_list');
}

/** Asks the issued range: was it released, and how does it stand? */
async function follow(g, { digest }) {
  const sum = hex(digest);
  let range;
  try {
    if (!g.list) throw new Error('no trust list');
    range = await openRange(await g.o.range(g.list.ranges + sum.slice(0, 4)), sum.slice(0, 4), async (kid) => {
      const key = trustedKey(g.list, kid, 'status');
      return key?.fits ? importKey(key.entry.spki) : null;
    });
  } catch {
    set(g, 'issue_log', 'unknown', 'unavailable', 'issued_range');
    set(g, 'status', 'unknown', 'unavailable', 'issued_range');
    return;
  }
  const state = findInRange(range, digest);
  const at = range.issuedAt;
  if (!state) {
    if (g.now - at > fresh) set(g, 'issue_log', 'unknown', 'unavailable', 'issued_range');
    else set(g, 'issue_log', 'failed', 'not_issued', 'issued_range');
    return;
  }
  set(g, 'issue_log', 'passed', 'passed', 'issued_range', at);
  g.state = state;
  g.age = ageOf(at, range.expires, g.now);
  g.asOf = at;
  if (g.findings.issuer?.code === 'verifier.issuer.compromised' && g.age === 'present') {
    set(g, 'issuer', 'passed', 'compromised_logged', 'trust_list');
  }
}

function answer(g) {
  const results = Object.fromEntries(checkIds.map((id) => [id, g.findings[id]?.result ?? 'not_asked']));
  const { verdict, reason } = judge({
    input: 'link', findings: results, state: g.state, age: g.age, why: '', expired: g.expired, cause: g.cause,
  });
  const status = statusCheck(g.state, g.age, g.findings.status?.code);
  const source = g.state ? 'issued_range' : g.findings.status?.source;
  g.findings.status = { ...status, source, at: g.asOf };
  const v = { verdict, reason, input: 'link', checks: checkIds.map((id) => line(g, id)), checked_at: instant(g.now), etsi: etsi(g) };
  if (g.host) v.host = g.host;
  if (g.state && verdict !== 'not_genuine') {
    v.as_of = instant(g.asOf);
    if (verdict === 'cannot_confirm') v.last_known = { status: g.state, at: v.as_of };
  }
  if (g.says && verdict !== 'not_genuine') v.says = g.says;
  if (verdict === 'suspended') v.term = g.register?.suspended;
  return v;
}

/** In the words of ETSI EN 319 102-1 §5.1.3, what became of the signature, whatever the register says. */
function etsi(g) {
  const failed = (id) => g.findings[id]?.result === 'failed';
  const word = (id) => g.findings[id]?.code.split('.').at(-1);
  const say = (indication, sub_indication) => ({ indication, sub_indication });
  if (failed('statement')) return say('TOTAL-FAILED', word('statement') === 'signature' ? 'SIG_CRYPTO_FAILURE' : 'FORMAT_FAILURE');
  if (failed('issuer')) return say('INDETERMINATE', word('issuer') === 'outside_days' ? 'OUT_OF_BOUNDS_NO_POE' : 'NO_CERTIFICATE_CHAIN_FOUND');
  if (failed('issue_log')) return say('INDETERMINATE', 'SIG_CONSTRAINTS_FAILURE');
  if (['statement', 'issuer', 'issue_log'].every((id) => g.findings[id]?.result === 'passed')) return say('TOTAL-PASSED');
  return say('INDETERMINATE', 'TRY_LATER');
}

function line(g, id) {
  const f = g.findings[id];
  if (!f) return { id, result: 'not_asked', code: `verifier.${id}.not_asked` };
  return { id, result: f.result, code: f.code, source: f.source, ...(f.at ? { at: instant(f.at) } : {}) };
}

function saysOf(g, s) {
  const r = trustedRegister(g.list, s.register);
  g.register = r;
  return {
    title: r?.name ?? '', title_en: r?.name_en, issuer: r?.keeper ?? '', issuer_en: r?.keeper_en,
    number: r?.number_pattern ? r.number_pattern.replace('{n}', () => s.number) : s.number,
    name: s.name, birth: printedDate(s.birth), issued: printedDate(s.issued), expiry: printedDate(s.expiry), code: formatCode(s.code),
  };
}

const instant = (seconds) => new Date(seconds * 1000).toISOString();

/** The civil date in Japan, yyyymmdd. */
function civil(seconds) { return Number(instant(seconds + 9 * 3600).slice(0, 10).replaceAll('-', '')); }
