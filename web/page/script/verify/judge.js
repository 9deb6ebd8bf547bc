// Evidence → verdict: the rules of DESIGN §6, the same as the verifier's own.
// Pure: no clock, no network.

const GENUINE = ["statement", "issuer", "document", "coverage", "agreement", "issue_log"];
const REQUIRED = {
  link: ["statement", "issuer", "issue_log"],
  file: GENUINE,
  code: ["issue_log"],
};
const WHYS = ["reissued", "issued_in_error", "expired", "not_registered"];

/**
 * evidence: {input, findings: {id: "passed"|"failed"|"unknown"|"not_asked"},
 * state: ""|"valid"|"revoked"|"suspended"|"changed", age: ""|"present"|"old"|"outdated",
 * why, expired, cause} → {verdict, reason}
 */
export function judge(e) {
  const is = (id, result) => e.findings[id] === result;
  if (GENUINE.some((id) => is(id, "failed"))) return { verdict: "not_genuine", reason: causeOf(e) };
  const current = e.age === "present" || e.age === "old";
  const ours = is("issue_log", "passed") || (is("statement", "passed") && is("issuer", "passed"));
  if (ours) {
    if (e.state === "revoked") return { verdict: "ended", reason: WHYS.includes(e.why) ? e.why : "unspecified" };
    if (e.expired) return { verdict: "ended", reason: "expired" };
    if (e.state === "suspended" && current) return { verdict: "suspended", reason: "" };
  }
  const required = Object.hasOwn(REQUIRED, e.input) ? REQUIRED[e.input] : null;
  if (required && required.every((id) => is(id, "passed")) && !is("register", "failed")) {
    if (e.state === "changed" && current) return { verdict: "changed", reason: "" };
    if (e.state === "valid" && e.age === "present") return { verdict: "in_force", reason: "" };
  }
  return { verdict: "cannot_confirm", reason: "" };
}

function causeOf(e) {
  if (e.cause) return e.cause;
  const table = [["coverage", "altered"], ["document", "altered"], ["statement", "forged"], ["issuer", "forged"], ["agreement", "disagrees"]];
  const hit = table.find(([id]) => e.findings[id] === "failed");
  return hit ? hit[1] : "not_issued";
}

/** How recent a state of `asOf` is at `now` (seconds): present for five minutes. */
export function ageOf(asOf, expires, now) {
  const old = now - asOf;
  if (old < -60) return "old"; // a clock is wrong: not present
  if (old <= 300) return "present";
  return now < expires ? "old" : "outdated";
}

/** The check of a learned state as it is shown: {result, code}. */
export function statusCheck(state, age) {
  const current = age === "present" || age === "old";
  if (state === "valid" && age === "present") return { result: "passed", code: "verifier.status.valid" };
  if (state === "valid" || (state !== "revoked" && !current)) return { result: "unknown", code: "verifier.status.old" };
  return { result: "failed", code: "verifier.status." + state };
}
