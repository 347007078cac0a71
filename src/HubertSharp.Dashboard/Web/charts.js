// Line charts over updates: uPlot draws, this file brings colours, levels, bands, a legend with the latest values, and zooming.
import { el } from './dom.js';
import { t, precise } from './texts.js';

const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** series: [{ name, color: 0..9, x, y, dots }]; levels: [{ name, y }]; band: [[x, low, high], ...] */
export class Chart {
  constructor({ title, note, format = precise, height = 250, onZoom = null, x = null }) {
    Object.assign(this, { title, format, height, onZoom, x, series: [], levels: [], band: [], zoom: null, plot: null, frame: null });
    this.box = el('div', { class: 'plot', role: 'img' });
    this.legend = el('ul', { class: 'legend' });
    this.element = el('figure', {}, el('figcaption', {}, el('span', {}, title), note ? el('span', { class: 'soft' }, note) : null), this.box, this.legend);
    this.resizing = new ResizeObserver(() => this.plot && this.box.clientWidth > 0 && this.plot.setSize({ width: this.box.clientWidth, height: this.height }));
    this.resizing.observe(this.box);
  }

  set(series, levels = [], band = []) {
    Object.assign(this, { series: series.filter(s => s.x.length > 0), levels, band });
    this.frame ??= requestAnimationFrame(() => { this.frame = null; this.draw(); }); // news of ten runs come as ten events: one drawing
  }

  destroy() { cancelAnimationFrame(this.frame); this.resizing.disconnect(); this.plot?.destroy(); this.plot = null; }

  draw() {
    this.writeLegend();
    this.box.setAttribute('aria-label', t('chartOf', this.title, this.series.length));
    if (this.series.length === 0) {
      this.plot?.destroy();
      this.plot = null;
      this.shape = null;
      this.box.replaceChildren(el('p', { class: 'soft small' }, t('noData')));
      return;
    }
    const data = this.series.length === 1 ? [this.series[0].x, this.series[0].y] : uPlot.join(this.series.map(s => [s.x, s.y]));
    const shape = this.series.map(s => `${s.name}|${s.color}|${s.dots}`).join('\n') + this.isDense() + document.documentElement.dataset.theme + document.documentElement.lang;
    if (this.plot && this.shape === shape) {
      const zoomed = this.zoom;
      this.plot.setData(data, zoomed === null);
      if (zoomed) this.plot.setScale('x', { min: zoomed[0], max: zoomed[1] });
      return;
    }
    this.plot?.destroy();
    this.box.replaceChildren();
    this.shape = shape;
    this.plot = new uPlot(this.options(), data, this.box);
  }

  options() {
    const [ink, grid] = [color('--soft'), color('--grid')];
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1, size: 4 }, font: '12px system-ui, sans-serif' };
    return {
      width: Math.max(120, this.box.clientWidth || 400), height: this.height,
      legend: { show: false },
      cursor: { points: { size: 7 }, drag: { x: true, y: false }, focus: { prox: 24 } },
      scales: { x: { time: false }, y: { range: (_, low, high) => this.range(low, high) } },
      axes: [
        { ...axis, size: 34, space: 70, values: (_, ticks) => ticks.map(v => v >= 10000 ? `${+(v / 1000).toFixed(1)}k` : `${v}`) },
        { ...axis, size: 58, space: 36, values: (_, ticks) => ticks.map(v => this.format(v)) },
      ],
      series: [{}, ...this.series.map(s => ({
        label: s.name, stroke: color(`--c${s.color}`), width: s.dots ? 0 : this.lineWidth(), spanGaps: true,
        paths: s.dots ? () => null : undefined, points: s.dots || s.x.length < 3 ? { show: true, size: 7, fill: color(`--c${s.color}`), stroke: color('--card'), width: 1 } : { show: false },
      }))],
      hooks: {
        drawClear: [u => this.drawBand(u)],
        draw: [u => this.drawLevels(u)],
        setCursor: [u => this.writeLegend(u.cursor.idx)],
        setSelect: [u => { if (u.select.width > 4) this.zoomTo(u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x')); }],
        ready: [u => u.over.addEventListener('dblclick', () => this.zoomTo(null))],
      },
    };
  }

  // Without a graphics card, ten noisy lines of 1,200 points take a browser 100 ms to draw, and 4 ms when they are one pixel wide.
  lineWidth() { return this.isDense() ? 1 / devicePixelRatio : 1.7; }

  isDense() { return this.series.reduce((sum, s) => sum + s.x.length, 0) > 2500; }

  zoomTo(from, to) {
    this.zoom = from === null ? null : [from, to];
    this.onZoom?.(this.zoom);
  }

  range(low, high) {
    if (low === null || high === null) return [0, 1];
    if (!this.zoom) {
      for (const level of this.levels) [low, high] = [Math.min(low, level.y), Math.max(high, level.y)];
      for (const [, a, b] of this.band) [low, high] = [Math.min(low, a), Math.max(high, b)];
    }
    const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 0.5;
    return [low >= 0 && low - margin < 0 ? 0 : low - margin, high + margin];
  }

  drawBand(u) {
    if (this.band.length < 2) return;
    const c = u.ctx;
    c.save();
    c.beginPath();
    c.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    c.clip();
    c.beginPath();
    this.band.forEach(([x, low]) => c.lineTo(u.valToPos(x, 'x', true), u.valToPos(low, 'y', true)));
    [...this.band].reverse().forEach(([x, , high]) => c.lineTo(u.valToPos(x, 'x', true), u.valToPos(high, 'y', true)));
    c.closePath();
    c.fillStyle = color('--band');
    c.fill();
    c.restore();
  }

  drawLevels(u) {
    const c = u.ctx, ratio = devicePixelRatio;
    c.save();
    c.font = `${12 * ratio}px system-ui, sans-serif`;
    c.textAlign = 'right';
    const tops = [];
    for (const level of this.levels) {
      const y = u.valToPos(level.y, 'y', true);
      if (y < u.bbox.top - 1 || y > u.bbox.top + u.bbox.height + 1) continue;
      c.strokeStyle = color('--soft');
      c.lineWidth = ratio;
      c.setLineDash([5 * ratio, 4 * ratio]);
      c.beginPath();
      c.moveTo(u.bbox.left, y);
      c.lineTo(u.bbox.left + u.bbox.width, y);
      c.stroke();
      const at = tops.some(other => Math.abs(other - y) < 18 * ratio) ? y + 16 * ratio : y - 6 * ratio;
      tops.push(y);
      const text = `${level.name} ${this.format(level.y)}`;
      c.fillStyle = color('--card');
      c.globalAlpha = 0.8;
      c.fillRect(u.bbox.left + u.bbox.width - c.measureText(text).width - 8 * ratio, at - 11 * ratio, c.measureText(text).width + 8 * ratio, 14 * ratio);
      c.globalAlpha = 1;
      c.fillStyle = color('--soft');
      c.fillText(text, u.bbox.left + u.bbox.width - 4 * ratio, at);
    }
    c.restore();
  }

  writeLegend(index = null) {
    const items = this.series.map((s, i) => {
      const value = index === null || index === undefined || !this.plot?.data[i + 1] ? s.y[s.y.length - 1] : this.nearest(i + 1, index);
      return el('li', {}, el('span', { class: `key k${s.color}${s.dots ? ' dots' : ''}` }), `${s.name} `, el('b', {}, value === null || value === undefined ? '–' : this.format(value)));
    });
    if (this.levels.length > 0) items.push(el('li', {}, el('span', { class: 'key dashed' }), this.levels.map(l => `${l.name} ${this.format(l.y)}`).join(' · ')));
    if (this.band.length > 1) items.push(el('li', {}, el('span', { class: 'key area' }), t('band')));
    if (index !== null && index !== undefined && this.plot) items.unshift(el('li', {}, `${this.x ?? t('update')} `, el('b', {}, this.plot.data[0][index].toLocaleString('en'))));
    this.legend.replaceChildren(...items);
  }

  // the last value at or before the cursor: curves of other runs have their points elsewhere
  nearest(series, index) {
    const values = this.plot.data[series];
    for (let i = index; i >= 0; i--) if (values[i] !== null && values[i] !== undefined) return values[i];
    return null;
  }
}

/** Curves of one run as they arrive; the server sends new points only, and everything where that is not possible. */
export class RunCurves {
  /** columns: those that the page draws; null for all. */
  constructor(id, columns = null) {
    this.id = id;
    this.want(columns);
  }

  want(columns) { Object.assign(this, { columns, cursor: null, train: {}, valid: {}, unreadable: 0, thinned: false }); }

  /** What the server is asked for beside the run. */
  query(buckets, more = {}) {
    const query = new URLSearchParams({ buckets, ...more });
    this.columns?.forEach(c => query.append('column', c));
    return query;
  }

  take(event, buckets) {
    if (!event.isDelta) [this.train, this.valid] = [{}, {}];
    for (const part of ['train', 'valid']) {
      for (const [name, points] of Object.entries(event[part])) {
        const known = this[part][name] ??= { x: [], y: [] };
        known.x.push(...points.x);
        known.y.push(...points.y);
      }
    }
    Object.assign(this, { cursor: event.cursor, unreadable: event.unreadableLines, thinned: event.isThinned });
    return Object.values(this.train).some(p => p.x.length > 5 * buckets); // time to fetch a thinned curve
  }
}
