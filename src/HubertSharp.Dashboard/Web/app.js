// Routes between the list, one run and a comparison, and shares one event stream with whatever page is open.
import { el, get } from './dom.js';
import { language, setLanguage, t } from './texts.js';
import { RunCurves } from './charts.js';
import { ListPage } from './list.js';
import { RunPage } from './run.js';
import { ComparePage } from './compare.js';

const BUCKETS = 600;
const themes = ['auto', 'light', 'dark'];
const memory = { get: key => { try { return localStorage.getItem(key); } catch { return null; } }, set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* private windows */ } } };
const page = document.getElementById('page');
const state = { runs: [], chosen: new Set() };
let current = null, events = null, curves = [];

function applyTheme(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = theme;
  memory.set('hubert.theme', theme);
  state.theme = theme;
  words();
  current?.redraw?.();
}

function words() {
  document.querySelector('[data-text=skip]').textContent = t('skip');
  document.getElementById('theme').textContent = t('theme', state.theme);
  Object.assign(document.getElementById('language'), { textContent: t('otherLanguage'), lang: language === 'zh' ? 'en' : 'zh-CN' });
}

function status(kind) {
  const live = document.getElementById('live');
  live.className = `live ${kind === 'live' ? 'on' : kind === 'offline' ? 'off' : ''}`;
  live.textContent = t(kind);
}

function connect() {
  events?.close();
  status('connecting');
  const query = curves[0]?.query(BUCKETS) ?? new URLSearchParams();
  curves.forEach(c => query.append('run', c.cursor ? `${c.id}@${c.cursor}` : c.id));
  const source = events = new EventSource(`/api/events?${query}`);
  source.addEventListener('open', () => status('live'));
  source.addEventListener('error', () => {
    status('offline');
    source.close(); // the browser would ask for the old cursors again
    setTimeout(() => { if (source === events) connect(); }, 2000);
  });
  source.addEventListener('runs', e => { state.runs = JSON.parse(e.data); current?.runs?.(state.runs); });
  source.addEventListener('curves', async e => {
    const event = JSON.parse(e.data);
    const run = curves.find(c => c.id === event.id);
    if (!run) return;
    if (run.take(event, BUCKETS)) run.take(await get(`/api/runs/${run.id}/curves?${run.query(BUCKETS)}`), BUCKETS);
    current?.curves?.(run);
  });
}

function open(focus = true) {
  const [, kind, rest = ''] = location.hash.split('/');
  current?.close?.();
  const ids = rest.split(',').filter(Boolean);
  const shown = kind === 'run' ? ids.slice(0, 1) : kind === 'compare' ? ids : [];
  const columns = kind === 'compare' ? ComparePage.columns() : null;
  curves = shown.map(id => curves.find(c => c.id === id && `${c.columns}` === `${columns}`) ?? new RunCurves(id, columns));
  current = kind === 'run' && ids.length > 0 ? new RunPage(state, curves[0]) : kind === 'compare' ? new ComparePage(state, curves, connect) : new ListPage(state);
  page.replaceChildren(current.element);
  document.title = `${current.title} · HubertSharp`;
  if (focus) page.querySelector('h1')?.focus({ preventScroll: true });
  if (focus) scrollTo(0, 0);
  current.runs?.(state.runs);
  curves.filter(c => c.cursor).forEach(c => current.curves?.(c));
  connect();
}

document.getElementById('language').addEventListener('click', () => {
  setLanguage(language === 'en' ? 'zh' : 'en');
  memory.set('hubert.language', language);
  words();
  open(false);
});
document.getElementById('theme').addEventListener('click', () => applyTheme(themes[(themes.indexOf(state.theme) + 1) % themes.length]));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => current?.redraw?.());
addEventListener('hashchange', () => open());

if (new URLSearchParams(location.search).has('token')) history.replaceState(null, '', location.pathname + location.hash); // the cookie has it now

setLanguage(memory.get('hubert.language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'));
applyTheme(themes.includes(memory.get('hubert.theme')) ? memory.get('hubert.theme') : 'auto');
try {
  const list = await get('/api/runs');
  state.runs = list.runs;
  state.incomplete = list.isIncomplete;
  document.getElementById('root').textContent = list.root;
} catch (error) {
  page.replaceChildren(el('p', { class: 'error' }, `${t('failed')} ${error.message}`));
}
open(false);
