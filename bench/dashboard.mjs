// Ten runs of 400,000 updates in the dashboard, in chromium: load times, frame times, bytes, and the server's memory.
// bench/dashboard.sh LOG_INTERVAL starts it.
import { createRequire } from 'node:module';
import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, openSync, writeSync, closeSync, writeFileSync, appendFileSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [interval, build] = [Number(process.argv[2] ?? 200), process.argv[3]];
const { chromium } = createRequire(import.meta.url)(join(build, '.playwright/package'));
const root = mkdtempSync(join(tmpdir(), 'dashboard-bench-'));
const RUNS = 10, UPDATES = 400000;
let state = 1;
const random = () => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5; // the same noise every time

const line = (run, update) => {
  const loss = 3.2 + 0.1 * run + 3.4 * Math.exp(-update / 40000) + 0.5 * random(), share = 0.5 - 0.4 * Math.exp(-update / 50000);
  return JSON.stringify({
    tag: 'train_inner', epoch: 1 + Math.floor(update / 1000), update: update / 1000, loss: loss + 0.02, ppl: 2 ** loss, count_m_0: 433.6, loss_m_0: loss, correct_m_0: share + 0.02 * random(), loss_features_pen: 0.02,
    wpb: 433.6, bsz: 5.1, gnorm: 1 + 0.2 * random(), clip: 0, count_u_0: 474, loss_u_0: loss + 1, correct_u_0: share + 0.1, wps: 1914.5, ups: 2.5 + 0.2 * random(), num_updates: update, lr: 5e-4 * Math.min(update / 32000, (UPDATES - update) / 368000),
    train_wall: update * 0.4, wall: update * 0.4, audio_s_per_s: 80 + 5 * random(), chance_bits: 6.700439718141092, peak_rss_mib: 1954, skipped_updates: 0, loss_m_0_zh: loss - 0.3, loss_m_0_en: loss + 0.3,
  }) + '\n';
};
const valid = (run, update) => JSON.stringify({ tag: 'valid', epoch: 1, valid_loss: 3.3 + 0.1 * run + 3.4 * Math.exp(-update / 40000), valid_loss_m_0: 3.28 + 0.1 * run + 3.4 * Math.exp(-update / 40000), valid_correct_m_0: 0.4, valid_num_updates: update }) + '\n';

let bytesOfLogs = 0;
const logs = Array.from({ length: RUNS }, (_, run) => {
  const folder = join(root, `run${run}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.yaml'), 'task:\n  data: corpus\n  labels: [km]\n  label_rate: 100\nmodel:\n  label_rate: 100\noptimization:\n  max_update: 500000\n');
  writeFileSync(join(folder, 'labels.json'), JSON.stringify([{ label: 'km', clusters: 100, label_rate: 100, entropy_bits: 6.4, histogram: Array(100).fill(5), findings: [] }]));
  const path = join(folder, 'metrics.jsonl'), file = openSync(path, 'w');
  for (let update = interval; update <= UPDATES; update += interval) bytesOfLogs += writeSync(file, line(run, update) + (update % 5000 === 0 ? valid(run, update) : ''));
  closeSync(file);
  return path;
});

const server = spawn('dotnet', [join(build, 'hubert.dll'), 'dashboard', root, '--port', '0']);
const url = await new Promise((yes, no) => { server.stdout.on('data', d => { const m = /http:\S+/.exec(`${d}`); if (m) yes(m[0]); }); server.on('exit', no); });
process.on('exit', () => { server.kill('SIGKILL'); rmSync(root, { recursive: true }); });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
const proc = name => +(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;
const cpu = () => { const f = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' '); return (+f[11] + +f[12]) / 100; };
const mib = () => `${proc('VmRSS').toFixed(0)} MiB now, ${proc('VmHWM').toFixed(0)} MiB at most`;
const say = (what, value) => console.log(`${what.padEnd(54)} ${value}`);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
const complaints = [];
page.on('console', m => { if (['error', 'warning'].includes(m.type())) complaints.push(m.text()); });
page.on('pageerror', e => complaints.push(e.message));
const network = await page.context().newCDPSession(page);
await network.send('Network.enable');
let bytes = 0;
network.on('Network.dataReceived', e => { bytes += e.dataLength; });
const sent = () => { const b = bytes; bytes = 0; return `${(b / 1024).toFixed(0)} KiB`; };
const until = (test, arg) => page.waitForFunction(test, arg, { timeout: 120000, polling: 20 });
const timed = async (what, go) => { const start = performance.now(); await go(); say(what, `${(performance.now() - start).toFixed(0)} ms, ${sent()} sent`); };

// milliseconds between animation frames while something happens
const frames = async (what, happen) => {
  await page.evaluate(() => { window.gaps = []; let last = performance.now(); window.measuring = true; const step = now => { gaps.push(now - last); last = now; if (measuring) requestAnimationFrame(step); }; requestAnimationFrame(step); });
  await happen();
  const gaps = (await page.evaluate(() => { measuring = false; return gaps.slice(1); })).sort((a, b) => a - b), at = share => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))].toFixed(1);
  say(what, `${gaps.length} frames: median ${at(0.5)}, 95 % ${at(0.95)}, 99 % ${at(0.99)}, longest ${at(1)} ms; ${sent()} sent`);
};
const wait = ms => new Promise(done => setTimeout(done, ms));
const chart = () => page.locator('.u-over').first();
const hover = async () => { const b = await chart().boundingBox(); for (let i = 0; i < 200; i++) { await page.mouse.move(b.x + b.width * (i / 200), b.y + b.height * (0.3 + 0.2 * Math.sin(i / 9))); await wait(15); } };
const zoom = async () => {
  for (let i = 0; i < 6; i++) {
    const b = await chart().boundingBox();
    await page.mouse.move(b.x + b.width * 0.2, b.y + 90);
    await page.mouse.down();
    await page.mouse.move(b.x + b.width * 0.7, b.y + 90, { steps: 20 });
    await page.mouse.up();
    await wait(350);
    if (i % 3 === 2) { await page.mouse.dblclick(b.x + b.width * 0.5, b.y + 90); await wait(300); }
  }
};
let next = UPDATES;
const grow = async (seconds, everyMs) => { for (let end = performance.now() + 1000 * seconds; performance.now() < end;) { next += interval; logs.forEach((path, run) => appendFileSync(path, line(run, next))); await wait(everyMs); } };

say(`${RUNS} runs, ${UPDATES / interval} lines each`, `${(bytesOfLogs / 1048576).toFixed(0)} MiB of logs`);
await timed('list: opened until all rows are there', async () => { await page.goto(url); await until(() => document.querySelectorAll('tbody tr').length === 10); });
await timed('list: until every run has its verdict', () => until(() => document.querySelectorAll('tbody .badge.normal, tbody .badge.watch, tbody .badge.too_early, tbody .badge.broken').length === 10));
say('server after the list', `${mib()}, ${cpu().toFixed(1)} s of processor time`);
const ids = (await (await fetch(`${url}api/runs`)).json()).runs.map(r => r.id);
await timed('one run: until its curves are drawn', async () => { await page.evaluate(id => { location.hash = `#/run/${id}`; }, ids[0]); await until(() => document.querySelectorAll('.u-over').length >= 8); });
await frames('one run: hovering', hover);
await frames('one run: zooming', zoom);
await timed('ten runs compared: until all are drawn', async () => { await page.evaluate(all => { location.hash = `#/compare/${all}`; }, ids.join(',')); await until(() => document.querySelectorAll('figure .legend li').length >= 10); });
say('server after the comparison', `${mib()}, ${cpu().toFixed(1)} s of processor time`);
await frames('ten runs compared: nothing happens, 5 s', () => wait(5000));
const before = cpu();
await frames('ten runs compared: 2 lines a second in each, 15 s', () => grow(15, 500));
say('server meanwhile', `${((cpu() - before) / 15 * 100).toFixed(0)} % of one processor`);
await frames('ten runs compared: growing and hovering', async () => { await Promise.all([grow(6, 500), hover()]); });
await frames('ten runs compared: growing and zooming', async () => { await Promise.all([grow(6, 500), zoom()]); });
await timed('one run: opened anew', async () => { await page.goto(`${url}#/run/${ids[1]}`); await page.reload(); await until(() => document.querySelectorAll('.u-over').length >= 8); });
await frames('one run: 2 lines a second, 10 s', () => grow(10, 500));
say('server at the end', `${mib()}, ${cpu().toFixed(1)} s of processor time`);
say('script memory of the page', `${((await page.evaluate(() => performance.memory.usedJSHeapSize)) / 1048576).toFixed(0)} MiB`);
say('complaints of the console', complaints.length === 0 ? 'none' : complaints.join('; '));
await browser.close();
