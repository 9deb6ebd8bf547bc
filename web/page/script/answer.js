// Shows what a verification came to, with the same words and parts as the page
// that the server makes (web/public/verdict.go); a test compares the two.

import { Words } from './words.js';

const verdicts = ['in_force', 'changed', 'suspended', 'ended', 'not_genuine', 'cannot_confirm'];

/**
 * What is shown of a verification, in words.
 * @param {object} v the verification as the API writes it
 * @param {Words} words
 * @param {Date} now decides which times are "today"
 */
export function describe(v, words, now) {
  const verdict = verdicts.includes(v.verdict) ? v.verdict : 'cannot_confirm';
  const { reason } = v;
  const code = (what) => {
    const plain = `public.${what}_${verdict}`;
    return reason && words.has(`${plain}_${reason}`) ? `${plain}_${reason}` : plain;
  };
  return {
    verdict,
    sentence: sentence(v, verdict, words, now, code),
    next: words.text(code('next'), { host: v.host ?? '' }),
    asOf: asOf(v, words),
    says: v.says && verdict !== 'not_genuine' ? v.says : null,
    checks: (v.checks ?? []).filter((c) => c.result !== 'not_asked').map((c) => check(c, words)),
  };
}

function sentence(v, verdict, words, now, code) {
  if (verdict === 'suspended') {
    const term = v.term ?? '';
    const what = term.includes('名称') ? '_name' : term.includes('業務') ? '_practice' : '';
    return words.text(`public.sentence_suspended${what}`);
  }
  if (verdict === 'cannot_confirm' && v.last_known?.status) {
    const was = { valid: 'was_valid', changed: 'was_changed', suspended: 'was_suspended' }[v.last_known.status] ?? 'was_revoked';
    return words.text('public.sentence_cannot_confirm_last', {
      at: words.when(v.last_known.at, now), status: words.text(`public.${was}`),
    });
  }
  return words.text(code('sentence'));
}

function source(name, words) {
  return words.text(words.first(`public.source_${name}`, 'public.source_register'));
}

function asOf(v, words) {
  if (!v.as_of) return words.text('public.checked_at', { at: words.dateTime(v.checked_at) });
  const from = v.checks?.find((c) => c.id === 'status')?.source ?? '';
  return words.text('public.as_of', { at: words.dateTime(v.as_of), source: source(from, words) });
}

function check(c, words) {
  const lines = [];
  if (c.code && words.has(c.code)) lines.push(words.text(c.code));
  if (c.fields?.length) {
    const names = c.fields.map((f) => (words.has(`public.field_${f}`) ? words.text(`public.field_${f}`) : f));
    lines.push(words.text('public.fields_differ', { fields: names.join(words.text('public.comma')) }));
  }
  if (c.source) {
    const from = source(c.source, words);
    lines.push(c.at ? words.text('public.as_of', { at: words.dateTime(c.at), source: from }) : words.text('public.learned_from', { source: from }));
  }
  return { result: ['passed', 'failed'].includes(c.result) ? c.result : 'unknown', name: words.text(`public.check_${c.id}`), lines };
}

/** The rows of 証明書情報. */
function information(v, words) {
  const s = v.says;
  const rows = [
    ['public.info_issuer', named(s.issuer ?? '', s.issuer_en, words)], ['public.info_subject', s.title],
    ['public.info_code', s.code], ['public.info_birth', s.birth], ['public.info_issued', s.issued],
    ['public.info_validity', s.expiry || words.text('public.info_no_expiry')],
    ['public.info_term', v.term], ['public.info_until', v.until],
  ].filter(([, value]) => value).map(([label, value]) => [words.text(label), value]);
  if (v.etsi?.indication) rows.push(['ETSI EN 319 102-1', [v.etsi.indication, v.etsi.sub_indication].filter(Boolean).join(' / ')]);
  return rows;
}

function named(ja, en, words) { return words.lang === 'en' && en ? `${en} (${ja})` : ja; }

function template(id) { return document.getElementById(id).content.cloneNode(true); }

function lines(element, texts) {
  texts.forEach((t, i) => {
    if (i) element.append(document.createElement('br'));
    element.append(t);
  });
}

/**
 * Shows v in the element `into`. askServer, when given, is what the button for
 * the server does; without it the button goes.
 */
export function show(into, v, words, { now = new Date(), askServer } = {}) {
  const d = describe(v, words, now);
  const part = template('answer');
  const slot = (name) => part.querySelector(`[data-slot="${name}"]`);
  const band = template(`band-${d.verdict}`);
  band.querySelector('[data-slot="sentence"]').textContent = d.sentence;
  slot('band').replaceWith(band);
  quote(slot, d.says, v, words);
  slot('as-of').textContent = d.asOf;
  slot('next').textContent = d.next;
  slot('print').addEventListener('click', () => window.print());
  if (askServer) slot('server').addEventListener('click', askServer);
  else for (const name of ['server', 'server-note']) slot(name).remove();
  slot('checks-title').textContent = words.text('public.checked_what', { count: d.checks.length });
  slot('checks-fold').open = d.verdict === 'not_genuine';
  for (const c of d.checks) {
    const li = template(`check-${c.result}`);
    li.querySelector('[data-slot="name"]').textContent = c.name;
    lines(li.querySelector('[data-slot="text"]'), c.lines);
    slot('checks').append(li);
  }
  into.replaceChildren(part);
  into.hidden = false;
  document.title = `${d.sentence}｜${document.title.split('｜').at(-1)}`;
  return d;
}

function quote(slot, says, v, words) {
  if (!says) {
    slot('says').remove();
    slot('info-fold').remove();
    return;
  }
  slot('title').textContent = named(says.title ?? '', says.title_en, words);
  if (says.number) slot('number').textContent = says.number;
  else slot('number').parentElement.remove();
  if (says.name) slot('name').textContent = says.name;
  else slot('name').remove();
  for (const [label, value] of information(v, words)) {
    const row = template('row');
    row.querySelector('[data-slot="label"]').textContent = label;
    row.querySelector('[data-slot="value"]').textContent = value;
    slot('info').append(row);
  }
}
