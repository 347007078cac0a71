// A strip along the time of an audio element: what the caller paints, the seconds below it, and a line that moves with the audio.
import { el } from './dom.js';

const AXIS = 20;

/** A colour per cluster; neighbours in number lie far apart in hue. */
export const clusterColor = (cluster, isDark) => `hsl(${cluster * 137.508 % 360} ${isDark ? '42% 36%' : '60% 80%'})`;

export class Timeline {
  /**
   * seconds: length; step: seconds of one key press; width: pixels there are; perSecond: pixels at least; height: of what is painted;
   * paint(context, x, style): draws with x(time) in pixels and style = { ink, soft, rule, good, bad, isDark };
   * moved(time): called when the place changes; jumps: times that Page Up and Page Down go to.
   */
  constructor({ seconds, step, width, height, audio, label, help, paint, moved, jumps = [], perSecond = 160 }) {
    Object.assign(this, { seconds, step, audio, paint, moved, jumps, height: height + AXIS, own: 0, last: null });
    this.shown = Math.max(width, Math.min(12000, seconds * perSecond));
    this.canvas = el('canvas', { role: 'img', 'aria-label': label });
    this.element = el('div', { class: 'timeline', tabindex: '0', role: 'group', 'aria-label': help, onkeydown: e => this.key(e) }, this.canvas);
    this.canvas.addEventListener('click', e => this.move(e.offsetX / this.canvas.clientWidth * seconds));
    this.ratio = Math.min(devicePixelRatio, 30000 / this.shown);
    [this.canvas.width, this.canvas.height] = [this.shown * this.ratio, this.height * this.ratio];
    [this.canvas.style.width, this.canvas.style.height] = [`${this.shown}px`, `${this.height}px`];
    this.drawStill();
    this.follow();
  }

  /** The place in seconds: the audio's, or the one that keys moved to where there is none. */
  get now() { return this.audio ? this.audio.currentTime : this.own; }

  stop() { cancelAnimationFrame(this.frame); }

  drawStill() {
    const root = getComputedStyle(document.documentElement), color = name => root.getPropertyValue(name).trim();
    this.style = { ink: color('--ink'), soft: color('--soft'), rule: color('--rule'), good: color('--good'), bad: color('--bad'), shade: color('--hover'), accent: color('--accent'), isDark: parseInt(color('--bg').slice(1, 3), 16) < 100 };
    this.still = document.createElement('canvas');
    [this.still.width, this.still.height] = [this.canvas.width, this.canvas.height];
    const c = this.still.getContext('2d'), x = time => time / this.seconds * this.shown;
    c.scale(this.ratio, this.ratio);
    c.font = '11px system-ui, sans-serif';
    this.paint(c, x, this.style);
    c.fillStyle = this.style.soft;
    c.textAlign = 'left';
    const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60].find(v => x(v) > 60) ?? 120;
    for (let time = 0; time < this.seconds; time = +(time + step).toFixed(3)) {
      c.fillRect(x(time), this.height - AXIS, 1, 4);
      if (x(time) + 30 < this.shown) c.fillText(`${time} s`, x(time) + 3, this.height - 6);
    }
  }

  follow() {
    const now = this.now;
    if (now !== this.last) {
      const c = this.canvas.getContext('2d'), x = Math.min(1, now / this.seconds) * this.canvas.width;
      c.clearRect(0, 0, this.canvas.width, this.canvas.height);
      c.drawImage(this.still, 0, 0);
      c.fillStyle = this.style.accent;
      c.fillRect(x - this.ratio, 0, 2 * this.ratio, this.canvas.height);
      this.keepInSight(x / this.ratio);
      if (this.last !== null || now > 0) this.moved?.(now);
      this.last = now;
    }
    this.frame = requestAnimationFrame(() => this.follow());
  }

  // a long strip scrolls along
  keepInSight(x) {
    const { scrollLeft, clientWidth } = this.element;
    if (clientWidth > 0 && (x < scrollLeft || x > scrollLeft + clientWidth - 8)) this.element.scrollLeft = x - clientWidth * 0.1;
  }

  move(time) {
    const to = Math.max(0, Math.min(this.seconds, time));
    if (this.audio) this.audio.currentTime = to; else this.own = to;
  }

  key(e) {
    const near = this.step / 2, to = {
      ArrowLeft: () => this.now - (e.shiftKey ? 0.5 : this.step), ArrowRight: () => this.now + (e.shiftKey ? 0.5 : this.step), Home: () => 0, End: () => this.seconds,
      PageUp: () => this.jumps.findLast(j => j < this.now - near), PageDown: () => this.jumps.find(j => j > this.now + near),
      ' ': () => { if (this.audio?.paused) this.audio.play(); else this.audio?.pause(); },
    }[e.key];
    if (!to) return;
    e.preventDefault();
    const time = to();
    if (time !== undefined) this.move(time);
  }
}
