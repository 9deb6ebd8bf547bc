// What makes pages quicker to use where scripts run. Every page works without.

import { announce } from './announce.js';

// The summary of faults gets the focus, so that it is the first thing heard.
document.querySelector('[data-focus]')?.focus();

// A page that answers a form is left in the history under the address at which it
// can be asked for again: going back to it must not end in a question about
// sending the form once more.
const again = document.querySelector('form[data-language] input[name="return"]')?.value;
if (again && again !== '/' && document.querySelector('.summary-errors, [data-answer]') && !document.querySelector('[data-q]')) {
  history.replaceState(history.state, '', again);
}

// A form is sent once: the second press does nothing while the first is under way.
for (const form of document.querySelectorAll('form[data-once]')) {
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = 'yes';
    for (const b of form.querySelectorAll('button')) b.setAttribute('aria-disabled', 'true');
  });
}
// Coming back by the browser's own button, the page must work again.
window.addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll('form[data-once]')) {
    delete form.dataset.sent;
    for (const b of form.querySelectorAll('button')) b.removeAttribute('aria-disabled');
  }
});

for (const b of document.querySelectorAll('[data-print]')) {
  b.hidden = false;
  b.addEventListener('click', () => window.print());
}
// Folds are printed open.
let folded = [];
window.addEventListener('beforeprint', () => {
  folded = [...document.querySelectorAll('details:not([open])')];
  for (const d of folded) d.open = true;
});
window.addEventListener('afterprint', () => {
  for (const d of folded) d.open = false;
});

for (const b of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break;
  b.hidden = false;
  b.addEventListener('click', async () => {
    await navigator.clipboard.writeText(b.dataset.copy);
    announce(b.dataset.copied);
    b.textContent = b.dataset.copied;
  });
}

for (const zone of document.querySelectorAll('[data-drop]')) dropZone(zone);

/** Lets a file be dropped where it can be chosen. */
function dropZone(zone) {
  const input = zone.querySelector('input[type=file]');
  const words = zone.querySelector('.drop-words');
  zone.classList.add('is-live');
  words.hidden = false;
  for (const kind of ['dragenter', 'dragover']) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add('is-over');
    });
  }
  for (const kind of ['dragleave', 'drop']) zone.addEventListener(kind, () => zone.classList.remove('is-over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    chosen();
  });
  input.addEventListener('change', chosen);
  function chosen() {
    if (!input.files.length) return;
    words.textContent = zone.dataset.chosen.replace('{name}', () => input.files[0].name);
    announce(words.textContent);
    if ('send' in zone.dataset) input.form.requestSubmit();
  }
}
