// Sentences and dates as the server writes them, for answers that are found in
// the browser and that no server is to know of.

const weekdays = { ja: ['日', '月', '火', '水', '木', '金', '土'], en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] };
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

export class Words {
  /** @param {string} lang @param {Record<string, string>} sentences */
  constructor(lang, sentences) {
    this.lang = lang === 'en' ? 'en' : 'ja';
    this.sentences = sentences;
  }

  has(code) { return Object.hasOwn(this.sentences, code); }

  /** The sentence for code, its {placeholders} filled. */
  text(code, params = {}) {
    const s = this.has(code) ? this.sentences[code] : code;
    return s.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(params, name) ? String(params[name]) : whole));
  }

  /** The first of codes that has a sentence, else the last. */
  first(...codes) { return codes.find((c) => this.has(c)) ?? codes.at(-1); }

  /** Japan has no daylight saving time: nine hours, always. */
  #tokyo(instant) { return new Date(new Date(instant).getTime() + 9 * 3600_000); }

  clock(instant) {
    const t = this.#tokyo(instant);
    return `${t.getUTCHours()}:${String(t.getUTCMinutes()).padStart(2, '0')}`;
  }

  dateTime(instant) {
    const t = this.#tokyo(instant);
    const [y, m, d, w] = [t.getUTCFullYear(), t.getUTCMonth(), t.getUTCDate(), weekdays[this.lang][t.getUTCDay()]];
    if (this.lang === 'en') return `${d} ${months[m]} ${y} (${w}), ${this.clock(instant)}`;
    return `${y}年${m + 1}月${d}日（${w}）${this.clock(instant)}`;
  }

  /** As people say it on the same day. */
  when(instant, now) {
    const day = (i) => this.#tokyo(i).toISOString().slice(0, 10);
    if (day(instant) !== day(now)) return this.dateTime(instant);
    return this.lang === 'en' ? `today at ${this.clock(instant)}` : `今日${this.clock(instant)}`;
  }
}
