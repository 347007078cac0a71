// What the model predicts under the masks of some validation utterances: heard, seen along the time, and as a table.
import { el, get } from './dom.js';
import { t, has, percent } from './texts.js';
import { Timeline, clusterColor } from './timeline.js';

const ROW = 34, GAP = 4, BARS = 34, FRAME = 9;

export class PredictionPanel {
  constructor(id) {
    Object.assign(this, { id, page: null, chosen: 0, at: undefined });
    this.note = el('p', { class: 'soft' });
    this.list = el('ul', { 'aria-label': t('predicted') });
    this.player = el('div', { class: 'card' });
    this.grid = el('div', { class: 'utterances', hidden: true }, el('div', { class: 'card list' }, this.list), this.player);
    this.element = el('div', { id: 'predictions' }, this.note, this.grid);
  }

  close() { this.closed = true; this.audio?.pause(); this.line?.stop(); }

  /** Loads again when the run has written its predictions anew. */
  async seen(writtenAt) {
    if (this.at === writtenAt) return;
    this.at = writtenAt;
    if (!writtenAt) { this.note.textContent = t('noPredictions'); this.grid.hidden = true; return; }
    try {
      const page = await get(`/api/runs/${this.id}/predictions`);
      if (this.closed) return;
      const before = this.page?.items[this.chosen];
      this.page = page;
      this.show(before);
    } catch (error) {
      this.note.textContent = error.message;
      this.grid.hidden = true;
    }
  }

  show(before) {
    const { page } = this;
    this.grid.hidden = page.items.length === 0;
    this.note.textContent = page.items.length === 0 ? t('noPredictions') : [t('predictedAt', page.update.toLocaleString('en'), page.split, page.label), page.problem].filter(Boolean).join(' · ');
    this.list.replaceChildren(...page.items.map(u => el('li', {}, el('button', { type: 'button', 'data-index': u.index, onclick: () => this.choose(u.index) },
      el('span', {}, u.path), el('span', { class: 'soft' }, [u.language ? has(u.language) ? t(u.language) : u.language : null, `${u.seconds.toFixed(1)} s`, percent(share(u))].filter(Boolean).join(' · '))))));
    if (page.items.length === 0) return;
    const same = before && page.items.find(u => u.index === before.index && u.path === before.path && u.startSeconds === before.startSeconds);
    this.choose(same ? same.index : 0, same && this.audio);
  }

  // a new validation changes the predictions and not the audio: it plays on
  choose(index, audio = null) {
    this.chosen = index;
    const u = this.page.items[index];
    for (const button of this.list.querySelectorAll('button')) button.dataset.index === `${index}` ? button.setAttribute('aria-current', 'true') : button.removeAttribute('aria-current');
    if (!audio) {
      this.audio?.pause();
      this.audio = u.hasAudio ? el('audio', { controls: true, preload: 'metadata', src: `/api/runs/${this.id}/predictions/${index}/audio`, 'aria-label': u.path }) : null;
      this.audio?.addEventListener('error', () => { this.state.textContent = t('notFound'); });
    }
    this.state = el('p', { class: 'soft small' }, this.audio ? '' : this.page.refused ? t('outsideAudio', this.page.refused) : t('noSampleAudio'));
    this.place = el('div');
    this.said = el('p', { class: 'small now', role: 'status' }, t('predictionHelp'));
    const wrong = this.wrong(u);
    this.player.replaceChildren(el('h3', {}, u.path), ...(this.audio ? [this.audio] : []), this.state,
      el('p', { class: 'small' }, t('rightOf', u.masked.length - wrong.length, u.masked.length, percent(share(u)) ?? t('none'))),
      this.place, this.key(), this.said, this.table(u));
    this.draw();
  }

  draw() {
    const u = this.page?.items[this.chosen];
    if (!u || this.grid.hidden) return;
    this.line?.stop();
    const step = this.page.frameSeconds, wrong = this.wrong(u);
    this.line = new Timeline({
      seconds: Math.max(u.seconds, u.clusters.length * step), step, audio: this.audio, width: Math.max(200, this.player.clientWidth - 40), perSecond: FRAME / step, height: 16 + 2 * (ROW + GAP) + BARS,
      label: t('predictionLabel', u.clusters.length, u.masked.length, wrong.length), help: t('predictionHelp'), jumps: wrong.map(i => u.masked[i] * step),
      paint: (c, x, style) => this.paint(u, c, x, style), moved: now => this.say(u, now),
    });
    this.place.replaceChildren(this.line.element);
  }

  wrong(u) { return u.masked.map((_, i) => i).filter(i => u.predicted[i] !== u.clusters[u.masked[i]]); }

  // rows from the top: a bar over the masked spans, the true clusters, the predicted ones, and how probable the true ones were
  paint(u, c, x, style) {
    const step = this.page.frameSeconds, at = frame => x(frame * step);
    const [top, second, third] = [16, 16 + ROW + GAP, 16 + 2 * (ROW + GAP)];
    c.textAlign = 'center';
    for (const [from, to] of spans(u.masked)) {
      c.fillStyle = style.shade;
      c.fillRect(at(from), 0, at(to) - at(from), third + BARS);
      c.fillStyle = style.soft;
      c.fillRect(at(from) + 0.5, 8, at(to) - at(from) - 1, 3);
    }
    const block = (cluster, from, to, y) => {
      const width = at(to) - at(from);
      c.fillStyle = cluster < 0 ? style.rule : clusterColor(cluster, style.isDark);
      c.fillRect(at(from), y, Math.max(0.5, width - (width > 3 ? 1 : 0)), ROW);
      const text = cluster < 0 ? '?' : `${cluster}`;
      c.fillStyle = style.ink;
      if (width > c.measureText(text).width + 4) c.fillText(text, at(from) + width / 2, y + 21);
    };
    for (const [cluster, from, to] of runs(u.clusters.map((cluster, frame) => [cluster, frame]))) block(cluster, from, to, top);
    for (const [cluster, from, to] of runs(u.masked.map((frame, i) => [u.predicted[i], frame]))) block(cluster, from, to, second);
    u.masked.forEach((frame, i) => {
      const isRight = u.predicted[i] === u.clusters[frame], left = at(frame), width = Math.max(1, at(frame + 1) - left);
      const height = Math.max(1, BARS * u.trueProbability[i]);
      c.fillStyle = isRight ? style.good : style.bad;
      c.fillRect(left + 0.5, third + BARS - height, Math.max(1, width - 1), height);
      if (isRight) return;
      c.strokeStyle = style.bad; // a cross: not by colour alone
      c.lineWidth = 1.2;
      const [middle, y, arm] = [left + width / 2, third - 7, Math.min(3, width / 2.2)];
      c.beginPath();
      c.moveTo(middle - arm, y - arm); c.lineTo(middle + arm, y + arm); c.moveTo(middle + arm, y - arm); c.lineTo(middle - arm, y + arm);
      c.stroke();
    });
  }

  key() {
    return el('ul', { class: 'legend' },
      el('li', {}, el('span', { class: 'key mask' }), t('maskedSpan')), el('li', {}, t('rowTrue')), el('li', {}, t('rowPredicted')),
      el('li', {}, el('span', { class: 'key right' }), t('barRight')), el('li', {}, el('span', { class: 'key wrong' }, '×'), t('barWrong')));
  }

  say(u, now) {
    const frame = Math.min(u.clusters.length - 1, Math.floor(now / this.page.frameSeconds + 1e-6)), i = u.masked.indexOf(frame);
    const name = cluster => cluster < 0 ? '?' : cluster;
    this.said.setAttribute('aria-live', this.audio && !this.audio.paused ? 'off' : 'polite');
    this.said.textContent = i < 0 ? t('sayOpen', now.toFixed(2), name(u.clusters[frame]))
      : t('sayMasked', now.toFixed(2), name(u.clusters[frame]), name(u.predicted[i]), percent(u.predictedProbability[i]), percent(u.trueProbability[i]), u.predicted[i] === u.clusters[frame]);
  }

  table(u) {
    const step = this.page.frameSeconds, ids = list => list.map(([cluster, from, to]) => `${cluster < 0 ? '?' : cluster}${to - from > 1 ? ` ×${to - from}` : ''}`).join(', ');
    const heading = key => el('th', { scope: 'col' }, t(key));
    const rows = spans(u.masked).map(([from, to]) => {
      const inside = u.masked.map((frame, i) => i).filter(i => u.masked[i] >= from && u.masked[i] < to);
      const right = inside.filter(i => u.predicted[i] === u.clusters[u.masked[i]]).length;
      return el('tr', {}, el('th', { scope: 'row' }, `${(from * step).toFixed(2)}–${(to * step).toFixed(2)} s`), el('td', {}, ids(runs(inside.map(i => [u.clusters[u.masked[i]], u.masked[i]])))),
        el('td', {}, ids(runs(inside.map(i => [u.predicted[i], u.masked[i]])))), el('td', { class: 'n' }, `${right} / ${inside.length}`));
    });
    return el('details', {}, el('summary', {}, t('asTable')), el('div', { class: 'card list scroll', tabindex: '0', role: 'group', 'aria-label': t('asTable') },
      el('table', { class: 'pairs' }, el('thead', {}, el('tr', {}, heading('maskedSpan'), heading('trueClusters'), heading('predictedClusters'), heading('right'))), el('tbody', {}, rows))));
  }
}

const share = u => u.masked.length === 0 ? null : u.masked.filter((frame, i) => u.predicted[i] === u.clusters[frame]).length / u.masked.length;

/** [from, to) of consecutive frames. */
const spans = frames => {
  const found = [];
  for (const frame of frames) if (found.length > 0 && found.at(-1)[1] === frame) found.at(-1)[1]++; else found.push([frame, frame + 1]);
  return found;
};

/** [value, from, to) of equal values on consecutive frames. */
const runs = pairs => {
  const found = [];
  for (const [value, frame] of pairs) if (found.length > 0 && found.at(-1)[0] === value && found.at(-1)[2] === frame) found.at(-1)[2]++; else found.push([value, frame, frame + 1]);
  return found;
};
