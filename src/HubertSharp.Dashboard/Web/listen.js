// The run's utterances: choose one, hear it, and see its cluster labels along the time.
import { el, get } from './dom.js';
import { t, has } from './texts.js';
import { Timeline, clusterColor } from './timeline.js';

const PAGE = 25;

export class Listening {
  constructor(id) {
    Object.assign(this, { id, split: null, offset: 0, search: '', chosen: null, lines: [] });
    this.splits = el('select', { onchange: e => { this.split = e.target.value; this.offset = 0; this.load(); } });
    this.find = el('input', { type: 'search', placeholder: t('searchHint'), oninput: e => { clearTimeout(this.wait); this.wait = setTimeout(() => { this.search = e.target.value; this.offset = 0; this.load(); }, 250); } });
    this.list = el('ul', { 'aria-label': t('listen') });
    this.position = el('span', { class: 'soft' });
    this.back = el('button', { type: 'button', onclick: () => { this.offset = Math.max(0, this.offset - PAGE); this.load(); } }, t('previous'));
    this.on = el('button', { type: 'button', onclick: () => { this.offset += PAGE; this.load(); } }, t('next'));
    this.player = el('div', { class: 'card' }, el('p', { class: 'soft' }, t('pickUtterance')));
    this.problem = el('p', { class: 'soft' });
    this.panel = el('div', {},
      el('div', { class: 'controls' }, el('label', {}, t('split'), this.splits), el('label', {}, t('search'), this.find)),
      el('div', { class: 'utterances' }, el('div', { class: 'card list' }, this.list, el('div', { class: 'pager' }, this.back, this.position, this.on)), this.player));
    this.element = el('div', { id: 'listen' }, this.problem, this.panel);
    this.load();
  }

  close() { clearTimeout(this.wait); this.audio?.pause(); this.lines.forEach(l => l.stop()); }

  async load() {
    const query = new URLSearchParams({ offset: this.offset, count: PAGE, search: this.search });
    if (this.split) query.set('split', this.split);
    let page;
    try {
      page = await get(`/api/runs/${this.id}/utterances?${query}`);
      if (page.problem) throw new Error(page.problem);
    } catch (error) {
      this.panel.hidden = true;
      this.problem.textContent = error.message;
      return;
    }
    this.split = page.split;
    this.refused = page.refused;
    this.problem.textContent = page.refused ? t('outsideAudio', page.refused) : '';
    this.splits.replaceChildren(...page.splits.map(s => el('option', { value: s, selected: s === page.split }, s)));
    this.list.replaceChildren(...page.items.map(u => el('li', {}, el('button', { type: 'button', 'data-index': u.index, 'aria-current': this.chosen === `${page.split}/${u.index}` ? 'true' : null, onclick: () => this.choose(u) },
      el('span', {}, u.path), el('span', { class: 'soft' }, `${u.language ? `${has(u.language) ? t(u.language) : u.language} · ` : ''}${u.seconds.toFixed(1)} s`)))));
    this.position.textContent = page.items.length > 0 ? t('of', page.offset + 1, page.offset + page.items.length, page.found.toLocaleString('en')) : t('none');
    this.back.disabled = page.offset === 0;
    this.on.disabled = page.offset + page.items.length >= page.found;
  }

  async choose(utterance) {
    this.chosen = `${this.split}/${utterance.index}`;
    for (const button of this.list.querySelectorAll('button')) button.dataset.index === `${utterance.index}` ? button.setAttribute('aria-current', 'true') : button.removeAttribute('aria-current');
    const address = `/api/runs/${this.id}`;
    this.audio?.pause();
    this.audio = utterance.isPlayable && !this.refused ? el('audio', { controls: true, preload: 'metadata', src: `${address}/audio/${this.chosen}`, 'aria-label': utterance.path }) : null;
    const state = el('p', { class: 'soft small' }, this.refused ? t('outsideAudio', this.refused) : utterance.isPlayable ? '' : t('notPlayable'));
    this.audio?.addEventListener('error', () => { state.textContent = t('notFound'); });
    this.tracks = el('div');
    this.player.replaceChildren(el('h3', {}, utterance.path), ...(this.audio ? [this.audio] : []), state, this.tracks);
    try {
      this.labels = await get(`${address}/utterances/${this.chosen}`);
      this.draw();
    } catch (error) {
      this.tracks.replaceChildren(el('p', { class: 'error' }, error.message));
    }
  }

  draw() {
    if (!this.labels) return;
    this.lines.forEach(l => l.stop());
    this.lines = [];
    this.tracks.replaceChildren(...this.labels.tracks.flatMap(track => track.problem ? [el('p', { class: 'soft small' }, track.problem)] : this.timeline(track)));
  }

  timeline(track) {
    const note = el('p', { class: 'soft small', role: 'status' }, t('timelineHelp')), title = t('timeline', track.frames, this.labels.labelRate);
    const line = new Timeline({
      seconds: track.frames / this.labels.labelRate, step: 1 / this.labels.labelRate, width: Math.max(200, this.player.clientWidth - 40), height: 54, audio: this.audio, label: title, help: t('timelineHelp'),
      paint: (c, x, style) => this.paint(track, c, x, style), moved: now => this.say(track, now, note),
    });
    this.lines.push(line);
    return [el('p', { class: 'small' }, title), line.element, note];
  }

  paint(track, c, x, style) {
    let at = 0;
    for (const [cluster, frames] of track.segments) {
      const left = x(at / this.labels.labelRate), width = x(frames / this.labels.labelRate);
      c.fillStyle = cluster < 0 ? style.rule : clusterColor(cluster, style.isDark);
      c.fillRect(left, 0, Math.max(0.5, width - (width > 3 ? 1 : 0)), 54);
      const text = cluster < 0 ? '?' : `${cluster}`;
      c.fillStyle = style.ink;
      if (width > c.measureText(text).width + 4) c.fillText(text, left + width / 2 - c.measureText(text).width / 2, 31);
      at += frames;
    }
  }

  say(track, now, note) {
    note.setAttribute('aria-live', this.audio && !this.audio.paused ? 'off' : 'polite');
    let frame = Math.floor(now * this.labels.labelRate + 1e-6);
    for (const [cluster, frames] of track.segments) {
      if (frame < frames) { note.textContent = `${t('clusterAt', cluster < 0 ? '?' : cluster, now.toFixed(2))} · ${t('timelineHelp')}`; return; }
      frame -= frames;
    }
  }
}
