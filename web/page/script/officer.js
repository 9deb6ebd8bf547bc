// The case page of an officer: a decision is made once every difference has
// been on the screen. Without scripts the page works, and the services check.

const form = document.getElementById('approve');
const bar = document.querySelector('[data-bar]');
const note = bar?.querySelector('[data-unseen]');
const rows = [...document.querySelectorAll('[data-difference]')];

if (form && note && rows.length && 'IntersectionObserver' in window) {
  const unseen = new Set(rows);
  const words = note.querySelector('span');
  const covered = getComputedStyle(bar).position === 'sticky' ? Math.round(bar.offsetHeight) : 0;
  const tell = () => {
    words.textContent = note.dataset.unseen.replace('{count}', unseen.size);
    if (!unseen.size) note.hidden = true;
  };
  // A row counts as seen when most of it stood on the screen, above the bar.
  const watch = new IntersectionObserver((entries) => {
    for (const e of entries) {
      if (e.intersectionRatio < 0.9 && e.intersectionRect.height < 0.6 * innerHeight) continue;
      unseen.delete(e.target);
      watch.unobserve(e.target);
    }
    tell();
  }, { threshold: [0.3, 0.6, 0.9], rootMargin: `0px 0px -${covered}px 0px` });
  for (const row of rows) watch.observe(row);

  const show = () => {
    const row = rows.find((r) => unseen.has(r));
    row?.scrollIntoView({ block: 'center' });
  };
  form.addEventListener('submit', (event) => {
    if (!unseen.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell();
    note.hidden = false;
    const live = document.querySelector('[data-live]');
    if (live) live.textContent = words.textContent;
    show();
  }, { capture: true });
  note.querySelector('button').addEventListener('click', show);
}

// A link to a field inside a fold opens the fold first, in every browser.
for (const link of document.querySelectorAll('a[href^="#f-"]')) {
  link.addEventListener('click', () => {
    const field = document.getElementById(link.hash.slice(1));
    const fold = field?.closest('details');
    if (fold) fold.open = true;
    field?.focus();
  });
}
