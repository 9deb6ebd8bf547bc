/** Says text through the live region, for those who hear the page. */
export function announce(text) {
  const live = document.querySelector('[data-live]');
  if (live) live.textContent = text;
}
