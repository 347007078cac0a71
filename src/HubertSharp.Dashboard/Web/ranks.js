// What the time of each process went to: a stacked bar per rank of the newest line, and what each worked over the run.
import { el, get } from './dom.js';
import { t } from './texts.js';
import { Chart } from './charts.js';

const parts = [['reading', 'rankReading'], ['forward', 'rankForward'], ['backward', 'rankBackward'], ['waiting', 'rankWaiting'], ['other', 'rankOther']];
const MOST = 16, EVERY = 2000; // bars that are read at a glance; ms from one look at the file to the next
const seconds = value => value.toFixed(value < 0.0995 ? 3 : 2);
const curves = { slowest: 'rankSlowest', median: 'rankMedian', fastest: 'rankFastest' };

export class RankPanel {
  constructor(id) {
    Object.assign(this, { id, closed: false, looked: -Infinity, timer: null, drawn: '' });
    this.caption = el('figcaption');
    this.bars = el('div', { class: 'ranks' });
    this.legend = el('ul', { class: 'legend' }, [...parts, ['collecting', 'rankCollecting']].map(([part, word]) => el('li', {}, el('span', { class: `key rank-${part}` }), t(word))));
    this.table = el('details', {}, el('summary', {}, t('rankTable')), this.rows = el('div', { class: 'card list scroll', tabindex: '0', role: 'group', 'aria-label': t('rankTable') }));
    this.chart = new Chart({ title: t('rankWorks'), format: seconds, height: 220 });
    this.element = el('section', { id: 'ranks', hidden: true }, el('h2', {}, t('ranks')), el('p', { class: 'soft small' }, t('rankHelp')),
      this.problem = el('p', { class: 'error small' }), el('div', { class: 'charts' }, el('figure', {}, this.caption, this.bars, this.legend), this.chart.element), this.table);
    this.look();
  }

  close() { this.closed = true; clearTimeout(this.timer); this.chart.destroy(); }

  draw() { this.chart.shape = null; this.chart.set(this.chart.series); }

  // the log grew, and so may have this file, a moment later
  grown() {
    if (this.timer === null) this.timer = setTimeout(() => { this.timer = null; this.look(); }, Math.max(300, this.looked + EVERY - performance.now()));
  }

  async look() {
    this.looked = performance.now();
    try {
      const { ranks } = await get(`/api/runs/${this.id}/ranks`);
      if (!this.closed) this.show(ranks);
    } catch (error) {
      if (this.closed || error.status === 404) return;
      this.element.hidden = false;
      this.problem.textContent = error.message;
    }
  }

  show(ranks) {
    const news = JSON.stringify(ranks);
    if (news === this.drawn) return;
    this.drawn = news;
    this.problem.textContent = '';
    this.element.hidden = !ranks;
    if (!ranks) return;
    const all = ranks.seconds.map((s, rank) => ({ ...s, rank, host: ranks.hosts[rank], slow: rank === ranks.slow, other: Math.max(0, s.wall - s.works - s.waiting) }));
    const longest = Math.max(...all.map(r => Math.max(r.wall, r.works + r.waiting)), 1e-9);
    const shown = all.length <= MOST ? all : [...all].sort((a, b) => b.works - a.works).slice(0, MOST);
    this.caption.replaceChildren(el('span', {}, t('rankNewest', ranks.update.toLocaleString('en'))), all.length > MOST ? el('span', { class: 'soft' }, t('rankSome', MOST, all.length)) : '');
    this.bars.replaceChildren(...shown.map(rank => this.bar(rank, longest)));
    const cell = (value, word) => el('td', { class: 'n', 'data-label': t(word) }, seconds(value));
    this.rows.replaceChildren(el('table', {}, el('thead', {}, el('tr', {}, ['rank', 'rankHost'].map(word => el('th', { scope: 'col' }, t(word))), [...parts.map(([, word]) => word), 'rankCollecting', 'rankWall'].map(word => el('th', { scope: 'col', class: 'n' }, t(word))))),
      el('tbody', {}, all.map(r => el('tr', {}, el('th', { scope: 'row' }, `${r.rank}`, r.slow ? [' ', el('span', { class: 'badge watch' }, t('rankSlow'))] : null), el('td', { 'data-label': t('rankHost') }, r.host), parts.map(([part, word]) => cell(r[part], word)), cell(r.collecting, 'rankCollecting'), cell(r.wall, 'rankWall'))))));
    this.chart.set(ranks.works.map((curve, i) => ({ name: curves[curve.name] ? t(curves[curve.name]) : t('rankOf', curve.name), color: i, dots: false, x: curve.x, y: curve.y })));
  }

  bar(rank, longest) {
    const width = (part, value) => { const piece = el('span', { class: `rank-${part}` }); piece.style.width = `${100 * value / longest}%`; return piece; };
    const pause = width('collecting', Math.min(rank.collecting, rank.wall));
    const words = [...parts, ['collecting', 'rankCollecting']].map(([part, word]) => `${t(word)} ${seconds(rank[part])} s`).join(', ');
    return el('div', { class: `rank${rank.slow ? ' slow' : ''}` },
      el('span', { class: 'who' }, t('rankOf', rank.rank), el('span', { class: 'soft' }, ` ${rank.host}`), rank.slow ? el('span', { class: 'badge watch' }, t('rankSlow')) : null),
      el('span', { class: 'stack', role: 'img', 'aria-label': `${t('rankOf', rank.rank)}: ${words}`, title: words }, el('span', { class: 'row' }, parts.map(([part]) => width(part, rank[part]))), el('span', { class: 'row pause' }, pause)),
      el('b', {}, `${seconds(rank.wall)} s`));
  }
}
