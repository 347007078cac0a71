// One run: the doctor's word beside the loss, the other curves, the machine, the labels, audio, environment and configuration.
import { el, get } from './dom.js';
import { language, t, has, number, percent, precise } from './texts.js';
import { Chart } from './charts.js';
import { verdictBadge } from './list.js';
import { Listening } from './listen.js';
import { PredictionPanel } from './predict.js';
import { MachinePanel } from './machine.js';
import { RankPanel } from './ranks.js';

const two = value => value.toFixed(2);
const share = value => `${(100 * value).toFixed(value < 0.1 ? 1 : 0)}%`;
const lossNames = { masked: { title: 'lossBits', last: 'loss', unit: 'bits' }, ctc: { title: 'ctcLoss', last: 'ctcLast', unit: 'bitsPerSymbol' }, mel: { title: 'melError', last: 'melLast' } };
const tongue = name => has(name) ? t(name) : name;

export class RunPage {
  constructor(state, curves) {
    Object.assign(this, { state, data: curves, doctor: null, version: -1, closed: false });
    this.run = state.runs.find(r => r.id === curves.id);
    this.title = this.run?.name ?? t('run');
    this.tiles = el('dl', { class: 'tiles' });
    this.machineTiles = el('dl', { class: 'tiles' });
    this.notes = el('p', { class: 'soft small' });
    this.verdict = el('section', { class: 'card verdict', 'aria-label': t('isNormal') }, el('p', { class: 'soft' }, t('judging')));
    this.histogram = el('div');
    this.kind = this.run?.lossKind ?? 'masked'; // of a fine-tuning 'ctc', of a tokenizer 'mel'
    this.charts = this.makeCharts();
    const shown = key => this.charts[key].chart.element;
    const more = ['errors', 'accuracy', 'languages', 'parts', 'gnorm', 'lr', 'scale'].map(shown);
    const machine = ['step', 'audio', 'memory'].map(shown);
    this.details = el('div');
    this.worth = el('section', { hidden: true }, el('h2', {}, t('worth')), el('p', { class: 'soft small' }, t('worthHelp')), this.worthCharts = el('div', { class: 'charts' }), this.worthWords = el('div'));
    this.reconstructions = el('section', { hidden: true }, el('h2', {}, t('reconstructions')), el('p', {}, el('a', { href: `/api/runs/${curves.id}/reconstructions/tokenizer${language === 'zh' ? '.zh' : ''}.html`, target: '_blank', rel: 'noopener' }, t('hearReconstructions'))));
    this.listening = new Listening(curves.id);
    this.predictions = new PredictionPanel(curves.id);
    this.machine = new MachinePanel();
    this.ranks = new RankPanel(curves.id);
    this.element = el('div', {},
      el('nav', { class: 'crumbs', 'aria-label': t('runs') }, el('a', { href: '#/' }, `← ${t('back')}`)),
      el('div', { class: 'head' }, el('div', {}, el('h1', { tabindex: '-1' }, this.title), this.notes)),
      this.tiles,
      el('h2', {}, t('isNormal')), el('div', { class: 'two' }, shown('loss'), this.verdict),
      el('h2', {}, t('curves')), el('div', { class: 'charts' }, more),
      this.worth, this.reconstructions,
      el('h2', {}, t('machine')), this.machineTiles, el('div', { class: 'gap' }), el('div', { class: 'charts three' }, machine), el('div', { class: 'gap' }), this.machine.element, this.ranks.element, this.details,
      this.histogram, ...(this.kind === 'masked' ? [el('h2', {}, t('predicted')), this.predictions.element] : []), el('h2', {}, t('listen')), this.listening.element);
    this.loadDetails();
  }

  /** The curves of the first chart: what the run is judged by. */
  lossLines() {
    const line = (name, color, part, column) => () => [{ name, color, dots: part === 'valid', part, column: column() }];
    // of a fine-tuning's sentences nll_loss is per symbol
    const column = part => () => this.kind === 'mel' ? 'mel_error' : ['loss_m_0', 'nll_loss', 'loss'].find(key => this.data[part]?.[key]) ?? 'loss_m_0';
    return [line(t('train'), 0, 'train', column('train')), line(t('valid'), 1, 'valid', column('valid'))];
  }

  makeCharts() {
    const make = (key, title, lines, options = {}) => {
      const chart = new Chart({ title, note: t('zoomHelp'), ...options, onZoom: zoom => this.zoomed(key, zoom) });
      return [key, { chart, lines }];
    };
    const line = (name, color, column, part = 'train') => () => [{ name, color, dots: part === 'valid', part, column }];
    const both = (...all) => () => all.flatMap(f => f());
    return Object.fromEntries([
      make('loss', t(lossNames[this.kind].title), both(...this.lossLines()), { format: two, height: 390 }),
      make('errors', t('errors'), () => Object.keys(this.data.valid ?? {}).filter(c => /^[uw]er(_.|$)/.test(c)).sort().slice(0, 8).map((c, i) => ({ name: t(c.slice(0, 3)) + (c[4] ? `, ${tongue(c.slice(4))}` : ''), color: i, dots: true, part: 'valid', column: c })), { format: two }),
      make('accuracy', t('accuracyTitle'), both(line(t('masked'), 0, 'correct_m_0'), line(t('unmasked'), 2, 'correct_u_0'), line(`${t('masked')}, ${t('valid')}`, 1, 'correct_m_0', 'valid')), { format: share }),
      make('languages', t('languages'), () => Object.keys(this.data.train).filter(c => /^loss_m_0_./.test(c)).slice(0, 8).map((c, i) => ({ name: tongue(c.slice(9)), color: i, part: 'train', column: c })), { format: two }),
      make('parts', t(this.kind === 'masked' ? 'parts' : 'whole'), both(line(t('whole'), 0, 'loss'), line(t('penalty'), 1, 'loss_features_pen'), () => Object.keys(this.data.train).map(c => [c, /^layer(\d+)_loss_m_0$/.exec(c)]).filter(([, m]) => m).slice(0, 6).map(([c, m], i) => ({ name: t('layerLoss', m[1]), color: 2 + i, part: 'train', column: c }))), { format: two }),
      make('gnorm', t('gnorm'), line(t('gnorm'), 0, 'gnorm')),
      make('lr', t('lr'), line(t('lr'), 0, 'lr')),
      make('scale', t('scale'), line(t('scale'), 0, 'loss_scale')),
      make('step', t('stepS'), line(t('step'), 0, 'step_s'), { height: 190 }),
      make('audio', t('audioRate'), line(t('audioRateShort'), 3, 'audio_s_per_s'), { height: 190 }),
      make('memory', t('memoryMib'), line(t('memory'), 2, 'peak_rss_mib'), { height: 190 }),
    ]);
  }

  close() {
    this.closed = true;
    Object.values(this.charts).forEach(c => c.chart.destroy());
    this.worthDrawn?.forEach(chart => chart.destroy());
    this.listening.close();
    this.predictions.close();
    this.machine.close();
    this.ranks.close();
  }

  redraw() {
    for (const key of Object.keys(this.charts)) { this.charts[key].chart.shape = null; this.show(key); }
    this.worthDrawn?.forEach(chart => { chart.shape = null; chart.set(chart.series, chart.levels); });
    this.listening.draw();
    this.predictions.draw();
    this.ranks.draw();
    this.drawHistogram();
  }

  runs(runs) {
    const run = runs.find(r => r.id === this.data.id);
    if (!run) { this.notes.textContent = t('gone'); return; }
    this.run = run;
    this.predictions.seen(run.predictedAt);
    this.element.querySelector('h1').textContent = run.name;
    const tile = (label, value, unit) => el('div', {}, el('dt', {}, t(label)), el('dd', {}, value === null ? el('small', {}, t('missing')) : value, value !== null && unit ? el('small', {}, ` ${unit}`) : null));
    const { last, unit } = lossNames[this.kind], lossUnit = unit ? t(unit) : null;
    this.tiles.replaceChildren(
      el('div', {}, el('dt', {}, t('verdict')), el('dd', {}, verdictBadge(run))),
      tile('updates', run.update === null ? null : run.update.toLocaleString('en'), run.maxUpdate ? `/ ${run.maxUpdate.toLocaleString('en')}` : null),
      tile(last, number(run.loss), lossUnit), tile('validLoss', number(run.validLoss), lossUnit),
      ...(this.kind === 'masked' ? [tile('chance', number(run.chanceBits), t('bits')), tile('accuracy', percent(run.accuracy)), tile('clusters', run.clusters === null ? null : `${run.clusters}`)] : []),
      ...(this.kind === 'ctc' ? ['symbol', 'word'].filter(unit => run[`${unit}Errors`] !== null).map(unit => tile(`${unit}ErrorsLast`, percent(run[`${unit}Errors`] / 100))) : []),
      tile('lastWrite', run.writtenAt ? t('ago', (Date.now() - Date.parse(run.writtenAt)) / 1000) : null));
    this.machineTiles.replaceChildren(
      tile('step', run.stepSeconds === null ? null : run.stepSeconds.toFixed(3), 's'), tile('audioRateShort', number(run.audioSecondsPerSecond, 1)),
      tile('memory', run.peakMemoryMib === null ? null : run.peakMemoryMib.toLocaleString('en'), 'MiB'), tile('gnorm', number(run.gradientNorm)), tile('lr', run.learningRate === null ? null : precise(run.learningRate)), tile('skipped', run.skippedUpdates === null ? null : `${run.skippedUpdates}`));
    if (run.doctorVersion !== this.version || this.version === -1) this.loadDoctor(run.doctorVersion);
  }

  curves() {
    this.notes.textContent = [this.data.unreadable > 0 ? t('unreadable', this.data.unreadable) : null, this.data.thinned ? t('thinned') : null].filter(Boolean).join(' · ');
    for (const [key, { chart }] of Object.entries(this.charts)) if (!chart.zoom) this.show(key);
    this.ranks.grown();
  }

  show(key, source = this.data) {
    const { chart, lines } = this.charts[key];
    const series = lines().filter(l => source[l.part][l.column]).map(l => ({ ...l, ...source[l.part][l.column] }));
    chart.set(series, key === 'loss' ? this.levels() : [], key === 'loss' ? this.doctor?.band ?? [] : []);
    chart.element.hidden = series.length === 0 && ['errors', 'languages', 'scale', this.kind === 'masked' ? '' : 'accuracy'].includes(key);
  }

  levels() {
    const report = this.doctor?.report;
    if (!report || report.unit === 'sum') return [];
    return [['chance', report.chanceBits], ['unigram', report.labelEntropyBits]].filter(([, y]) => typeof y === 'number').map(([name, y]) => ({ name: t(name), y }));
  }

  async zoomed(key, zoom) {
    if (!zoom) { this.show(key); return; }
    const width = zoom[1] - zoom[0], columns = this.charts[key].lines().map(l => `column=${encodeURIComponent(l.column)}`).join('&');
    const finer = await get(`/api/runs/${this.data.id}/curves?buckets=600&${columns}&from=${zoom[0] - width * 0.02}&to=${zoom[1] + width * 0.02}`);
    if (!this.closed && this.charts[key].chart.zoom === zoom) this.show(key, finer);
  }

  async loadDoctor(version) {
    this.version = version;
    try {
      this.doctor = await get(`/api/runs/${this.data.id}/doctor?lang=${language}`);
    } catch (error) {
      this.verdict.replaceChildren(el('p', { class: 'error' }, error.message));
      return;
    }
    if (this.closed) return;
    this.version = this.doctor.version;
    const report = this.doctor.report;
    const quiet = report?.findings.filter(f => !f.next) ?? []; // what needs no action folds away
    this.verdict.className = `card verdict ${report?.verdict ?? ''}`;
    this.verdict.replaceChildren(...(report ? [
      el('p', {}, el('span', { class: `badge ${report.verdict}` }, t(report.verdict))),
      el('p', {}, report.summary),
      report.reference ? el('p', { class: 'soft small' }, `${t('bandWhy', share(report.reference.lowest), share(report.reference.highest))}${t('bracketed', `${report.reference.run.run}${t('semicolon')}${report.reference.run.source}`)}`) : null,
      el('ul', { class: 'findings', tabindex: '0', 'aria-label': t('findings') }, report.findings.filter(f => f.next).map(finding),
        quiet.length ? el('li', {}, el('details', {}, el('summary', {}, t('noAction', quiet.length)), el('ul', { class: 'quiet' }, quiet.map(finding)))) : null),
    ].filter(Boolean) : [el('p', {}, t('noVerdict')), el('p', { class: 'soft' }, this.doctor.problem ?? t('noLog'))]));
    this.show('loss');
    this.drawHistogram();
  }

  drawHistogram() {
    const counts = this.doctor?.histogram ?? [];
    if (counts.length === 0) return;
    const caption = t('histogram', counts.filter(c => c > 0).length, counts.length);
    const canvas = el('canvas', { class: 'bars', role: 'img', 'aria-label': caption });
    this.histogram.replaceChildren(el('div', { class: 'gap' }), el('figure', {}, el('figcaption', {}, caption), canvas));
    const ratio = devicePixelRatio, width = canvas.width = Math.max(1, canvas.clientWidth * ratio), height = canvas.height = 90 * ratio;
    const c = canvas.getContext('2d'), sorted = [...counts].sort((a, b) => b - a), step = width / sorted.length;
    c.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--c0');
    sorted.forEach((count, i) => c.fillRect(i * step, height * (1 - count / sorted[0]), Math.max(ratio, step - (step > 3 * ratio ? ratio : 0)), height * count / sorted[0]));
  }

  // the chosen layer of each checkpoint over the audio that it had heard, else its best one; MFCCs over the same frames as the level
  drawWorth(worth) {
    const rows = worth?.rows ?? [], scored = rows.filter(r => r.update !== null);
    this.worthDrawn?.forEach(chart => chart.destroy());
    this.worthDrawn = [];
    this.worth.hidden = scored.length === 0;
    for (const [figure, format] of [['pnmi', v => v.toFixed(3)], ['abxAcross', share], ['abxWithin', share], ['probe', share]]) {
      const series = [], levels = [];
      [...new Set(scored.map(r => r.language))].forEach((name, color) => {
        const own = scored.filter(r => r.language === name), updates = [...new Set(own.map(r => r.update))].sort((a, b) => a - b);
        const best = updates.map(u => own.filter(r => r.update === u)).map(layers => layers.find(r => r.isChosen) ?? layers.reduce((a, b) => (b.pnmi?.value ?? 0) > (a.pnmi?.value ?? 0) ? b : a)).filter(r => typeof r[figure]?.value === 'number' && typeof r.audioHours === 'number');
        series.push({ name: name ? tongue(name) : t('allLanguages'), color, dots: false, x: best.map(r => r.audioHours), y: best.map(r => r[figure].value) });
        const rival = rows.find(r => r.update === null && r.language === name && r.labelRate === own.at(-1).labelRate);
        // the probe looks at segments, so that any rate of frames compares
        const level = typeof rival?.[figure]?.value === 'number' || figure !== 'probe' ? rival : rows.find(r => r.update === null && r.language === name && r.probe);
        if (typeof level?.[figure]?.value === 'number') levels.push({ name: `${level.features}${name ? ` (${tongue(name)})` : ''}`, y: level[figure].value });
      });
      if ((figure === 'probe' || scored.length === 0) && series.every(s => s.y.length === 0)) continue;
      const chart = new Chart({ title: t(figure), format, x: t('audioHeard') });
      this.worthDrawn.push(chart);
      chart.set(series, levels);
    }
    this.drawFinetunings(worth?.finetunings ?? []);
    this.worthCharts.replaceChildren(...this.worthDrawn.map(chart => chart.element));
    const words = agreements(worth?.agreements ?? []);
    this.worthWords.replaceChildren(words.length > 0 ? el('h3', {}, t('lossAndWorth')) : '', words.length > 0 ? el('ul', {}, words.map(word => el('li', {}, word))) : '');
    this.worth.hidden = scored.length === 0 && (worth?.finetunings ?? []).length === 0;
  }

  // symbol errors of short fine-tunings of the checkpoints; at 0 hours from scratch
  drawFinetunings(finetunings) {
    const drawn = finetunings.filter(f => typeof f.audioHours === 'number' && f.errors.length > 0);
    if (drawn.length === 0) return;
    const chart = new Chart({ title: t('symbolErrors'), format: share, x: t('audioHeard') });
    this.worthDrawn.push(chart);
    chart.set([{ name: t('symbolErrorsOf', drawn[0].updates), color: 0, dots: false, x: drawn.map(f => f.audioHours), y: drawn.map(f => f.errors[0].symbols.value) }], []);
  }

  async loadDetails() {
    try {
      const details = await get(`/api/runs/${this.data.id}`);
      const pairs = rows => el('div', { class: 'card list scroll', tabindex: '0', role: 'group' }, el('table', { class: 'pairs' }, el('tbody', {}, rows.map(([key, value]) => el('tr', {}, el('th', { scope: 'row' }, key), el('td', {}, value))))));
      const last = details.starts.at(-1);
      if (!this.closed) this.drawWorth(details.worth);
      this.reconstructions.hidden = !details.hasReconstructions;
      this.details.replaceChildren(
        details.problems.length > 0 ? el('p', { class: 'error small' }, details.problems.join(' · ')) : '',
        el('details', {}, el('summary', {}, `${t('environment')}${details.starts.length > 1 ? ` (${details.starts.length} ${t('starts')})` : ''}`), last ? pairs(Object.entries(last)) : el('p', { class: 'soft' }, t('noEnvironment'))),
        el('details', {}, el('summary', {}, t('configuration')), details.config.length > 0 ? pairs(details.config) : el('p', { class: 'soft' }, t('noConfig'))));
    } catch (error) {
      this.details.replaceChildren(el('p', { class: 'error' }, error.status === 404 ? t('gone') : error.message));
    }
  }
}

// whether loss and worth put the checkpoints in the same order, one sentence per measure
const measures = { Pnmi: 'pnmi', AbxAcross: 'abxAcross', AbxWithin: 'abxWithin', Probe: 'probe', SymbolErrors: 'symbolErrors' };
const agreements = found => {
  const few = found.filter(a => a.checkpoints < 4), clear = found.filter(a => a.checkpoints >= 4);
  const of = a => a.language ? t('bracketed', tongue(a.language)) : '';
  const verdict = c => c === null || c === undefined ? t('neverChanges') : t(c >= 0.5 ? 'theyAgree' : c <= -0.5 ? 'theyContradict' : 'theyDiffer', `${c > 0 ? '+' : ''}${c.toFixed(2)}`);
  return [...clear.map(a => t('agreement', t(measures[a.figure] ?? 'worth'), of(a), a.checkpoints, verdict(a.correlation), a.bestByLoss, a.bestByFigure)),
    ...[...new Set(few.map(a => t('tooFewCheckpoints', of(a), a.checkpoints)))]];
};

const finding = f => el('li', {}, el('span', { class: `badge ${f.level === 'info' ? '' : f.level}` }, t(f.level)), ` ${f.seen}`,
  el('p', {}, `${f.meaning}${t('bracketed', t(f.confidence))}`), f.next ? el('p', { class: 'next' }, `→ ${f.next}`) : null, el('p', { class: 'ref' }, source(f.reference)));
// only web addresses become links
const source = text => /^https:\/\/\S+$/.test(text) ? el('a', { href: text, rel: 'noreferrer noopener', target: '_blank' }, text) : text;
