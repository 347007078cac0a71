// The run's utterances: choose one, hear it, and see its cluster labels along the time.
import { el, get } from './dom.js';
import { t, has } from './texts.js';

const PAGE = 25;

export class Listening {
  constructor(id) {
    Object.assign(this, { id, split: null, offset: 0, search: '', chosen: null });
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
    this.element = el('div', {}, this.problem, this.panel);
    this.load();
  }

  close() { clearTimeout(this.wait); this.audio?.pause(); cancelAnimationFrame(this.frame); this.closed = true; }

  async load() {
    const query = new URLSearchParams({ offset: this.offset, count: PAGE, search: this.search });
    if (this.split) query.set('split', this.split);
    let page;
    try {
      page = await get(`/api/runs/${this.id}/utterances?${query}`);
    } catch (error) {
      this.panel.hidden = true;
      this.problem.textContent = error.message;
      return;
    }
    this.split = page.split;
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
    this.audio = utterance.isPlayable ? el('audio', { controls: true, preload: 'metadata', src: `${address}/audio/${this.chosen}`, 'aria-label': utterance.path }) : null;
    const state = el('p', { class: 'soft small' }, utterance.isPlayable ? '' : t('notPlayable'));
    this.audio?.addEventListener('error', () => { state.textContent = t('notFound'); });
    this.tracks = el('div');
    this.player.replaceChildren(el('h3', {}, utterance.path), ...(this.audio ? [this.audio] : []), state, this.tracks, el('p', { class: 'soft small' }, t('predictions')));
    try {
      this.labels = await get(`${address}/utterances/${this.chosen}`);
      this.draw();
    } catch (error) {
      this.tracks.replaceChildren(el('p', { class: 'error' }, error.message));
    }
  }

  draw() {
    if (!this.labels) return;
    cancelAnimationFrame(this.frame);
    this.lines = [];
    this.tracks.replaceChildren(...this.labels.tracks.flatMap(track => track.problem ? [el('p', { class: 'soft small' }, track.problem)] : [el('p', { class: 'small' }, t('timeline', track.frames, this.labels.labelRate)), this.timeline(track), el('p', { class: 'soft small', 'data-at': '' }, t('timelineHelp'))]));
    const follow = () => { this.lines.forEach(l => l()); if (!this.closed && this.tracks.isConnected) this.frame = requestAnimationFrame(follow); };
    follow();
  }

  timeline(track) {
    const seconds = track.frames / this.labels.labelRate, height = 74, shown = Math.max(this.player.clientWidth - 40, Math.min(12000, seconds * 160));
    const canvas = el('canvas', { role: 'img', 'aria-label': t('timeline', track.frames, this.labels.labelRate) });
    const ratio = Math.min(devicePixelRatio, 30000 / shown), c = canvas.getContext('2d');
    const box = el('div', { class: 'timeline', tabindex: '0', role: 'group', 'aria-label': t('timelineHelp') }, canvas);
    [canvas.width, canvas.height] = [shown * ratio, height * ratio];
    [canvas.style.width, canvas.style.height] = [`${shown}px`, `${height}px`];
    const style = getComputedStyle(document.documentElement), dark = parseInt(style.getPropertyValue('--bg').trim().slice(1, 3), 16) < 100;
    const still = document.createElement('canvas');
    [still.width, still.height] = [canvas.width, canvas.height];
    const s = still.getContext('2d');
    s.scale(ratio, ratio);
    s.font = '11px system-ui, sans-serif';
    let at = 0;
    for (const [cluster, frames] of track.segments) {
      const x = at / track.frames * shown, width = frames / track.frames * shown;
      s.fillStyle = cluster < 0 ? style.getPropertyValue('--rule') : `hsl(${cluster * 137.508 % 360} ${dark ? '42% 36%' : '60% 80%'})`;
      s.fillRect(x, 0, Math.max(0.5, width - (width > 3 ? 1 : 0)), height - 20);
      const text = cluster < 0 ? '?' : `${cluster}`;
      s.fillStyle = style.getPropertyValue('--ink');
      if (width > s.measureText(text).width + 4) s.fillText(text, x + width / 2 - s.measureText(text).width / 2, 31);
      at += frames;
    }
    s.fillStyle = style.getPropertyValue('--soft');
    const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60].find(v => v / seconds * shown > 60) ?? 120;
    for (let time = 0; time < seconds; time = +(time + step).toFixed(3)) s.fillText(`${time} s`, time / seconds * shown + 2, height - 6);
    let last = -1;
    const paint = () => {
      const now = this.audio?.currentTime ?? 0;
      if (now === last) return;
      last = now;
      c.clearRect(0, 0, canvas.width, canvas.height);
      c.drawImage(still, 0, 0);
      c.fillStyle = style.getPropertyValue('--accent');
      c.fillRect(Math.min(1, now / seconds) * canvas.width - ratio, 0, 2 * ratio, canvas.height);
      this.say(track, now, box);
    };
    const move = time => { if (this.audio) this.audio.currentTime = Math.max(0, Math.min(seconds, time)); };
    canvas.addEventListener('click', e => move(e.offsetX / canvas.clientWidth * seconds));
    box.addEventListener('keydown', e => {
      const delta = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
      if (delta && this.audio) { e.preventDefault(); move(this.audio.currentTime + delta * (e.shiftKey ? 0.5 : 1 / this.labels.labelRate)); }
    });
    this.lines.push(paint);
    return box;
  }

  say(track, now, box) {
    const note = box.nextElementSibling;
    if (!note || now === 0) return;
    let frame = Math.floor(now * this.labels.labelRate);
    for (const [cluster, frames] of track.segments) {
      if (frame < frames) { note.textContent = `${t('clusterAt', cluster < 0 ? '?' : cluster, now.toFixed(2))} · ${t('timelineHelp')}`; return; }
      frame -= frames;
    }
  }
}
