// The list of runs, with the last logged figures of each.
import { el } from './dom.js';
import { t, number, percent } from './texts.js';

export const verdictBadge = run => run.verdict ? el('span', { class: `badge ${run.verdict}` }, t(run.verdict))
  : el('span', { class: 'badge', title: run.problem ?? '' }, !run.hasLog ? t('noLog') : run.problem ? t('noVerdict') : t('judging'));

/** The figure under the heading of masked losses: that of a fine-tuning or of a tokenizer is another, and says so. */
export const lossText = run => run.lossKind === 'masked' || run.loss === null ? number(run.loss) : `${run.lossKind === 'mel' ? t('melError') : 'CTC'} ${number(run.loss)}`;

export class ListPage {
  constructor(state) {
    this.state = state;
    this.title = t('runs');
    this.button = el('button', { type: 'button', class: 'primary', onclick: () => { location.hash = `#/compare/${[...state.chosen].join(',')}`; } });
    this.note = el('p', { class: 'soft' });
    this.body = el('tbody');
    const heading = (key, numeric) => el('th', { scope: 'col', class: numeric ? 'n' : null }, t(key));
    this.table = el('div', { class: 'card list' }, el('div', { class: 'scroll' }, el('table', {},
      el('thead', {}, el('tr', {}, el('td', {}), heading('run'), heading('verdict'), heading('updates', true), heading('lossBits', true), heading('validLoss', true), heading('chance', true), heading('accuracy', true), heading('step', true), heading('lastWrite', true))),
      this.body)));
    this.element = el('div', {}, el('div', { class: 'head' }, el('div', {}, el('h1', { tabindex: '-1' }, t('runs')), this.note), this.button), this.table);
    this.clock = setInterval(() => this.ages(), 5000);
  }

  close() { clearInterval(this.clock); }

  runs(runs) {
    this.note.textContent = [t('runCount', runs.length), this.state.incomplete ? t('incomplete') : null].filter(Boolean).join(' · ');
    for (const id of [...this.state.chosen]) if (!runs.some(r => r.id === id)) this.state.chosen.delete(id);
    const focused = document.activeElement?.dataset?.run;
    // rows stay while the same runs are listed: a box that is replaced between key down and key up loses the key
    if (this.rows?.length === runs.length && this.rows.every((row, i) => row.id === runs[i].id)) this.rows.forEach((row, i) => this.update(row, runs[i]));
    else {
      this.rows = runs.map(r => this.row(r));
      this.body.replaceChildren(...(runs.length > 0 ? this.rows.map(r => r.element) : [el('tr', {}, el('td', { colspan: '10', class: 'empty' }, t('noRuns')))]));
    }
    if (focused && document.activeElement?.dataset?.run !== focused) this.body.querySelector(`[data-run="${focused}"]`)?.focus();
    this.ages();
    this.count();
  }

  row(run) {
    const box = el('input', { type: 'checkbox', 'data-run': run.id, 'aria-label': t('choose', run.name), checked: this.state.chosen.has(run.id), disabled: !run.hasLog, onchange: e => {
      this.state.chosen[e.target.checked ? 'add' : 'delete'](run.id);
      this.count();
    } });
    const row = { id: run.id, box, element: el('tr', {}, el('td', { class: 'pick' }, box)) };
    this.update(row, run);
    return row;
  }

  update(row, run) {
    const text = JSON.stringify(run);
    if (row.text === text) return;
    row.text = text;
    row.box.disabled = !run.hasLog;
    while (row.element.children.length > 1) row.element.lastChild.remove();
    const cell = (value, label) => el('td', { class: 'n', 'data-label': t(label) }, value ?? el('span', { class: 'soft' }, t('missing')));
    const updates = run.update === null ? null : [run.maxUpdate ? `${run.update.toLocaleString('en')} / ${run.maxUpdate.toLocaleString('en')}` : run.update.toLocaleString('en'), run.maxUpdate ? progress(run.update / run.maxUpdate) : null];
    row.element.append(el('th', { scope: 'row' }, el('a', { href: `#/run/${run.id}`, 'data-run': `link-${run.id}` }, run.name)), el('td', {}, verdictBadge(run)),
      el('td', { class: 'n', 'data-label': t('updates') }, ...(updates ?? [el('span', { class: 'soft' }, t('missing'))])),
      cell(lossText(run), 'lossBits'), cell(number(run.validLoss), 'validLoss'), cell(number(run.chanceBits), 'chance'), cell(percent(run.accuracy), 'accuracy'),
      cell(run.stepSeconds === null ? null : `${run.stepSeconds.toFixed(2)} s`, 'step'), el('td', { class: 'n', 'data-label': t('lastWrite'), 'data-at': run.writtenAt }, run.writtenAt ? '' : el('span', { class: 'soft' }, t('missing'))));
  }

  ages() { for (const cell of this.body.querySelectorAll('[data-at]')) cell.textContent = t('ago', (Date.now() - Date.parse(cell.dataset.at)) / 1000); }

  count() {
    this.button.textContent = t('compareChosen', this.state.chosen.size);
    this.button.disabled = this.state.chosen.size < 2;
  }
}

function progress(share) {
  const bar = el('span');
  bar.style.width = `${Math.min(100, 100 * share)}%`;
  return el('span', { class: 'progress', 'aria-hidden': 'true' }, bar);
}
