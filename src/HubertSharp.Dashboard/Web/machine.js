// The machine that the dashboard runs on, now: processors, memory, and GPUs where the driver tells of any.
import { el, get } from './dom.js';
import { t, percent } from './texts.js';

const EVERY = 3000;

export class MachinePanel {
  constructor() {
    this.element = el('div', { id: 'machine-now' });
    this.look();
  }

  close() { this.closed = true; clearTimeout(this.wait); }

  async look() {
    try {
      if (!document.hidden) this.show(await get('/api/machine'));
    } catch {
      // the header says when the server is gone
    }
    if (!this.closed) this.wait = setTimeout(() => this.look(), EVERY);
  }

  show(state) {
    const tile = (label, value, more) => el('div', {}, el('dt', {}, label), el('dd', {}, value ?? el('small', {}, '…'), more ? el('small', {}, ` ${more}`) : null));
    const gib = mib => (mib / 1024).toFixed(1), of = (used, all) => used === null || all === null ? null : gib(used);
    this.element.replaceChildren(el('h3', {}, t('machineNow', state.name)), el('dl', { class: 'tiles' },
      tile(t('cpuBusy'), percent(state.cpuShare), t('processors', state.processors)),
      state.loadAverage === null ? null : tile(t('loadAverage'), state.loadAverage.toFixed(2)),
      state.memoryMib === null ? null : tile(t('memoryUsed'), of(state.memoryUsedMib, state.memoryMib), `/ ${gib(state.memoryMib)} GiB`),
      ...state.gpus.flatMap((gpu, i) => {
        const name = state.gpus.length > 1 ? `GPU ${i}` : 'GPU';
        return [
          tile(t('gpuBusy', name), percent(gpu.busyShare) ?? t('missing'), gpu.name),
          tile(t('gpuMemory', name), of(gpu.memoryUsedMib, gpu.memoryMib) ?? t('missing'), gpu.memoryMib === null ? '' : `/ ${gib(gpu.memoryMib)} GiB`),
          gpu.watts === null && gpu.celsius === null ? null : tile(t('gpuHeat', name), [gpu.watts === null ? null : `${gpu.watts.toFixed(0)} W`, gpu.celsius === null ? null : `${gpu.celsius.toFixed(0)} °C`].filter(Boolean).join(' · ')),
        ];
      })));
  }
}
