// Several runs in one chart.
import { el, get } from './dom.js';
import { t, number, percent, precise } from './texts.js';
import { Chart } from './charts.js';
import { verdictBadge, lossText } from './list.js';

const figures = { loss_m_0: 'lossBits', mel_error: 'melError', relative: 'relativeLoss', correct_m_0: 'accuracyTitle', gnorm: 'gnorm', lr: 'lr', step_s: 'stepS', audio_s_per_s: 'audioRate', peak_rss_mib: 'memoryMib', loss_features_pen: 'penalty' };
const formats = { loss_m_0: v => v.toFixed(2), correct_m_0: v => `${(100 * v).toFixed(1)}%`, relative: v => `${(100 * v).toFixed(0)}%` };

const FIRST = 'loss_m_0';

export class ComparePage {
  /** connect: asks the server anew, after other columns are wanted. */
  constructor(state, curves, connect) {
    Object.assign(this, { state, all: curves, connect, figure: FIRST, withValid: false, list: state.runs });
    this.title = t('comparison');
    this.select = el('select', { id: 'figure', onchange: e => { this.choose(e.target.value); } }, Object.entries(figures).map(([value, key]) => el('option', { value }, t(key))));
    this.place = el('div');
    this.body = el('tbody');
    const heading = (key, numeric) => el('th', { scope: 'col', class: numeric ? 'n' : null }, t(key));
    this.element = el('div', {},
      el('nav', { class: 'crumbs', 'aria-label': t('runs') }, el('a', { href: '#/' }, `← ${t('back')}`)),
      el('div', { class: 'head' }, el('h1', { tabindex: '-1' }, t('comparison'))),
      el('div', { class: 'controls' }, el('label', { for: 'figure' }, t('metric'), this.select),
        el('label', {}, el('input', { type: 'checkbox', id: 'with-valid', onchange: e => { this.withValid = e.target.checked; this.show(); } }), t('showValid'))),
      this.place, el('div', { class: 'gap' }),
      el('div', { class: 'card list' }, el('div', { class: 'scroll' }, el('table', {}, el('thead', {}, el('tr', {}, heading('run'), heading('verdict'), heading('updates', true), heading('lossBits', true), heading('validLoss', true), heading('chance', true), heading('accuracy', true), heading('step', true))), this.body))));
    this.make();
  }

  /** The columns of a figure: only they are sent, for ten long runs are much. */
  static columns(figure = FIRST) { return [figure === 'relative' ? 'loss_m_0' : figure]; }

  choose(figure) {
    const columns = ComparePage.columns(figure), isSame = `${columns}` === `${ComparePage.columns(this.figure)}`;
    this.figure = figure;
    if (!isSame) {
      this.all.forEach(c => c.want(columns));
      this.connect();
    }
    this.make();
  }

  make() {
    this.chart?.destroy();
    this.chart = new Chart({ title: t(figures[this.figure]), note: t('zoomHelp'), format: formats[this.figure] ?? precise, height: 420, onZoom: zoom => this.zoomed(zoom) });
    this.place.replaceChildren(this.chart.element);
    this.show();
  }

  close() { this.chart.destroy(); }

  redraw() { this.chart.shape = null; this.show(); }

  runs(runs) {
    this.list = runs;
    const cell = (value, label) => el('td', { class: 'n', 'data-label': t(label) }, value ?? el('span', { class: 'soft' }, t('missing')));
    this.body.replaceChildren(...this.all.map((c, i) => ({ run: runs.find(r => r.id === c.id), color: i % 10 })).filter(r => r.run).map(({ run, color }) => el('tr', {},
      el('th', { scope: 'row' }, el('span', { class: `key k${color}` }), el('a', { href: `#/run/${run.id}` }, run.name)), el('td', {}, verdictBadge(run)),
      cell(run.update === null ? null : run.update.toLocaleString('en'), 'updates'), cell(lossText(run), 'lossBits'), cell(number(run.validLoss), 'validLoss'), cell(number(run.chanceBits), 'chance'), cell(percent(run.accuracy), 'accuracy'), cell(run.stepSeconds === null ? null : `${run.stepSeconds.toFixed(2)} s`, 'step'))));
    this.show();
  }

  curves() { if (!this.chart.zoom) this.show(); }

  show(sources = this.all) {
    const column = this.figure === 'relative' ? 'loss_m_0' : this.figure;
    const parts = this.withValid ? ['train', 'valid'] : ['train'];
    const series = sources.flatMap((source, i) => parts.filter(p => source[p][column]).map(part => {
      const run = this.list.find(r => r.id === this.all[i].id);
      const { x, y } = source[part][column];
      const scaled = this.figure !== 'relative' ? y : run?.chanceBits ? y.map(v => v / run.chanceBits) : null;
      return scaled && { name: `${run?.name ?? this.all[i].id}${part === 'valid' ? `, ${t('valid')}` : ''}`, color: i % 10, dots: part === 'valid', x, y: scaled };
    })).filter(Boolean);
    this.chart.set(series, this.levels());
  }

  // chance is one line only where the runs have the same number of classes
  levels() {
    if (this.figure === 'relative') return [{ name: t('chance'), y: 1 }];
    const chances = [...new Set(this.all.map(c => this.list.find(r => r.id === c.id)?.chanceBits).filter(v => typeof v === 'number').map(v => v.toFixed(4)))];
    return this.figure === 'loss_m_0' && chances.length === 1 ? [{ name: t('chance'), y: +chances[0] }] : [];
  }

  async zoomed(zoom) {
    if (!zoom) { this.show(); return; }
    const width = zoom[1] - zoom[0];
    const finer = await Promise.all(this.all.map(c => get(`/api/runs/${c.id}/curves?${c.query(600, { from: zoom[0] - width * 0.02, to: zoom[1] + width * 0.02 })}`)));
    if (this.chart.zoom === zoom) this.show(finer);
  }
}
