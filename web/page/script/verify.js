// The forms at /verify are plain forms. Where scripts run, a wait is shown while
// the answer is on its way, and a pasted link of ours is verified on this
// device instead of being sent.

import { announce } from './announce.js';

const working = document.querySelector('[data-working]');

for (const form of document.querySelectorAll('form[action^="/verify/"]')) {
  form.addEventListener('submit', (event) => {
    const typed = form.elements.code?.value.trim() ?? '';
    const link = ours(typed);
    if (link) {
      event.preventDefault();
      location.assign(link);
      return;
    }
    working.hidden = false;
    form.after(working);
    announce(working.textContent.trim());
  });
}
window.addEventListener('pageshow', () => { working.hidden = true; });

/** The address of the page that verifies a pasted link of this very site, else "". */
function ours(text) {
  const cut = text.toUpperCase().indexOf('/Q#');
  if (cut < 0) return '';
  const site = text.slice(0, cut).toUpperCase();
  return site === location.origin.toUpperCase() ? `/Q#${text.slice(cut + 3)}` : '';
}
