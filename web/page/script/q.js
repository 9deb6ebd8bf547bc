// The page to which QR codes lead. What stands behind "#" is taken, cleared from
// the address and its history at once, and verified on this device.

import { announce } from './announce.js';
import { show } from './answer.js';
import { openTrust } from './verify/trust.js';
import { verifyLink } from './verify/verify.js';
import { Words } from './words.js';

export { show, verifyLink, Words };

const page = document.querySelector('[data-q]');
if (page) begin();

function begin() {
  const words = new Words(page.dataset.lang, JSON.parse(document.getElementById('words').textContent));
  const fragment = location.hash.slice(1);
  if (fragment) history.replaceState(null, '', location.pathname);
  keepThroughLanguageSwitch(fragment);
  // A second code scanned into this tab changes the fragment alone.
  window.addEventListener('hashchange', () => { if (location.hash.length > 1) location.reload(); });
  if (!fragment) part('empty').hidden = false;
  else verify(`${location.origin}/Q#${fragment}`, words);
}

function part(name) { return page.querySelector(`[data-${name}]`); }

async function verify(link, words) {
  part('working').hidden = false;
  let v;
  try {
    const list = await trust();
    v = await verifyLink(link, {
      trust: list, sites: page.dataset.sites.split(' ').filter(Boolean), now: Math.floor(Date.now() / 1000),
      getRange: (prefix, { reload }) => get(list.ranges + prefix, reload),
    });
  } catch (e) {
    // This browser lacks what it takes (WebCrypto outside https, for one).
    console.warn(e);
    part('working').hidden = true;
    part('broken').hidden = false;
    return;
  }
  tell(v, words, (event) => askServer(event, link, words));
}

/** The trust list, by the root key that came with the page; null when it can't be had. */
async function trust() {
  if (!globalThis.crypto?.subtle) throw new Error('no WebCrypto');
  try {
    const seen = Number(remembered('qualsys-trust') ?? 0);
    const list = await openTrust(await get(page.dataset.trust), bytesOf(page.dataset.root), seen);
    remember('qualsys-trust', list.seq);
    return list;
  } catch {
    return null;
  }
}

function tell(v, words, ask) {
  const into = part('answer');
  const d = show(into, v, words, { askServer: ask });
  part('start').hidden = true;
  into.focus();
  announce(d.sentence);
}

/** Fetches without cookies; when the network is away, what is kept is better than nothing. */
async function get(address, reload) {
  const o = { credentials: 'omit', referrerPolicy: 'no-referrer', cache: reload ? 'reload' : 'default' };
  let r;
  try {
    r = await fetch(address, o);
  } catch {
    r = await fetch(address, { ...o, cache: 'force-cache' });
  }
  if (!r.ok) throw new Error(`${r.status}`);
  return new Uint8Array(await r.arrayBuffer());
}

/** The button: sends what the QR code holds, and shows what the register says. */
async function askServer(event, link, words) {
  const button = event.currentTarget;
  if (button.getAttribute('aria-disabled')) return;
  button.setAttribute('aria-disabled', 'true');
  try {
    const r = await fetch('/v1/verifications', {
      method: 'POST', credentials: 'omit', referrerPolicy: 'no-referrer',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify({ link }),
    });
    if (!r.ok) throw new Error(`${r.status}`);
    tell(await r.json(), words);
    announce(words.text('public.q_server_done'));
  } catch {
    button.removeAttribute('aria-disabled');
    const note = page.querySelector('[data-slot="server-note"]');
    note.textContent = words.text('public.q_server_failed');
    announce(note.textContent);
  }
}

/** Changing the language loads the page anew; the fragment comes along by itself. */
function keepThroughLanguageSwitch(fragment) {
  const form = document.querySelector('form[data-language]');
  if (!fragment || !form) return;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' });
    history.replaceState(null, '', `${location.pathname}#${fragment}`);
    location.reload();
  });
}

function bytesOf(base64) { return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)); }

function remembered(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}
function remember(key, value) {
  try { localStorage.setItem(key, String(value)); } catch { /* a private window keeps nothing */ }
}
