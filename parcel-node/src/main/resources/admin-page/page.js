// The admin page: asks the server once a second, and shows what it says.

import { Chart } from './charts.js';
import { setNoted, setText, showPill, showProgress, showRows } from './tables.js';
import { bytes, clock, count, digits, duration, milliseconds, NONE, percent, percentDigits, rate, rateUnit } from './text.js';

const EVERY_MS = 1000;
const HISTORY_EVERY_MS = 5000;
const PATIENCE_MS = 4000;
const MOMENTS_MAX = 300;
const HISTORY_STEP = 50;
const HISTORY_MAX = 200;
const TYPING_PAUSE_MS = 250;
const SUMMARY_EVERY_MS = 10000;

const STATES = {
  ready: ['Ready', 'good'],
  degraded: ['Degraded', 'warn'],
  unready: ['Not ready', 'bad'],
};
const CHECKS = { ok: ['OK', 'good'], degraded: ['Degraded', 'warn'], failed: ['Failed', 'bad'] };
const CHECK_NAMES = { loop: 'UDP thread', udp: 'UDP port', endpoint: 'Endpoint', folder: 'Folder', ledger: 'Ledger' };
const RESULTS = { complete: 'good', stopped: 'warn', failed: 'bad', refused: 'bad' };

const byId = (id) => document.getElementById(id);

let moments = [];
let previous = null;
let paused = false;
let answeredAt = Date.now();
let historyCount = HISTORY_STEP;
let historyAsked = 0;
let summarizedAt = 0;

const charts = {
  throughput: new Chart(
    byId('throughput-plot'),
    [{ name: 'delivered_bit_s', color: '--series-a' }, { name: 'sent_bit_s', color: '--series-a', background: true }],
    (value, top) => shortNumber(value / rateUnit(top).factor),
    (m) => rate(m.delivered_bit_s),
    1e6,
  ),
  rtt: new Chart(
    byId('rtt-plot'),
    [{ name: 'rtt_ms', color: '--series-b' }, { name: 'rtt_max_ms', color: '--series-b', background: true }],
    (value) => shortNumber(value),
    (m) => milliseconds(m.rtt_ms),
    1,
  ),
  loss: new Chart(
    byId('loss-plot'),
    [{ name: 'sent_again', color: '--series-c' }],
    (value) => shortNumber(value * 100),
    (m) => percent(m.sent_again),
    0.001,
  ),
};

function shortNumber(value) {
  return String(Number(value.toPrecision(3)));
}

async function ask(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) {
    throw new Error('the server answered ' + response.status);
  }
  return response.json();
}

// Health and who this is

function showServer(live) {
  const server = live.server;
  const uptime = duration((live.moment.at - server.started) / 1000);
  setText(byId('server'), `${server.address} · up ${uptime} · ${server.version}`);
  document.title = 'Parcel · ' + server.address;
}

function showHealth(health) {
  const [text, state] = STATES[health.status] ?? [health.status, 'unknown'];
  const pill = byId('status');
  pill.dataset.state = state;
  setText(pill, text);
  const list = byId('checks');
  health.checks.forEach((check, index) => {
    let item = list.children[index];
    if (!item) {
      item = document.createElement('li');
      item.append(document.createElement('span'), document.createElement('span'), document.createElement('span'));
      item.lastChild.className = 'detail';
      list.append(item);
    }
    const [checkText, checkState] = CHECKS[check.state] ?? [check.state, 'unknown'];
    setText(item.children[0], CHECK_NAMES[check.name] ?? check.name);
    showPill(item.children[1], checkText, checkState);
    const age = check.age_s === null ? '' : check.age_s < 1 ? ', just now' : `, ${duration(check.age_s)} ago`;
    setText(item.children[2], check.detail + age);
  });
}

// Charts and figures

function showCharts() {
  const now = moments[moments.length - 1];
  Object.values(charts).forEach((chart) => chart.show(moments));
  const unit = rateUnit(now.delivered_bit_s);
  setText(byId('throughput'), digits(now.delivered_bit_s / unit.factor));
  setText(byId('throughput-unit'), unit.name);
  setText(byId('rtt'), now.rtt_ms === null ? NONE : digits(now.rtt_ms));
  setText(byId('loss'), now.sent_again === null ? NONE : percentDigits(now.sent_again));
  showDetail('throughput', now.sent_bit_s === 0 ? 'nothing is being sent' : `${rate(now.sent_bit_s)} sent, repeats included`);
  showDetail('rtt', now.rtt_max_ms === null ? 'nothing is being sent' : `longest ${milliseconds(now.rtt_max_ms)}`);
  showDetail('loss', 'packets that had to be sent again');
  if (Date.now() - summarizedAt >= SUMMARY_EVERY_MS) {
    summarizedAt = Date.now();
    summarize('throughput', (m) => m.delivered_bit_s, rate);
    summarize('rtt', (m) => m.rtt_ms, milliseconds);
    summarize('loss', (m) => m.sent_again, percent);
  }
}

/** What the cursor points at takes the place of what is now. */
function showDetail(name, text) {
  charts[name].now = text;
  if (!charts[name].pointed) {
    setText(byId(name + '-detail'), text);
  }
}

function watchCursor(name) {
  charts[name].onRead = (words) => {
    charts[name].pointed = words !== null;
    setText(byId(name + '-detail'), words ?? charts[name].now ?? '\u00a0');
  };
}

/** In words, for those who cannot see the line. */
function summarize(name, value, text) {
  const values = moments.map(value).filter((v) => v !== null);
  setText(
    byId(name + '-text'),
    values.length === 0
      ? 'over the last five minutes: nothing was sent'
      : `over the last five minutes: lowest ${text(Math.min(...values))}, highest ${text(Math.max(...values))}, ` +
          `last ${text(values[values.length - 1])}. Arrow keys read single seconds.`,
  );
}

function showStats(live) {
  const server = live.server;
  setText(byId('stat-files'), String(live.files_open));
  setText(byId('stat-clients'), String(live.clients_connected));
  setText(byId('stat-delivered'), bytes(server.delivered));
  setText(byId('stat-refused'), String(server.refused));
  showOf('stat-buffers', bytes(server.buffer), 'of ' + bytes(server.buffer_max));
  showOf('stat-heap', bytes(server.heap), 'of ' + bytes(server.heap_max));
  const passedNs = previous ? server.at_ns - previous.at_ns : 0;
  if (passedNs > 0) {
    const busy = 1 - (server.loop_idle_ns - previous.loop_idle_ns) / passedNs;
    setText(byId('stat-loop'), Math.round(Math.max(0, Math.min(1, busy)) * 100) + '\u00a0%');
    showOf('stat-sealing', ((server.sealing_ns - previous.sealing_ns) / passedNs).toFixed(2), 'processors');
  }
  previous = server;
}

function showOf(id, text, rest) {
  const element = byId(id);
  if (!element.querySelector('small')) {
    element.replaceChildren(document.createElement('span'), ' ', document.createElement('small'));
  }
  setText(element.firstChild, text);
  setText(element.lastChild, rest);
}

// Tables

const FILE_COLUMNS = [
  { label: 'File', className: 'name', write: (td, f) => setText(td, f.file) },
  { label: 'Client', write: (td, f) => setText(td, f.client) },
  {
    label: 'Progress',
    write: (td, f) => {
      const share = f.size > 0 ? Math.min(1, f.served / f.size) : null;
      showProgress(td, share, share === null ? NONE : Math.floor(share * 100) + '\u00a0%', 'Progress of ' + f.file);
    },
  },
  {
    label: 'Served',
    className: 'number',
    write: (td, f) => setText(td, bytes(f.served) + (f.size >= 0 ? ' of ' + bytes(f.size) : '')),
  },
  { label: 'Rate', className: 'number', write: (td, f) => setText(td, rate(f.bit_s)) },
  {
    label: 'Left',
    className: 'number',
    write: (td, f) => {
      const left = (f.size - f.served) * 8;
      setText(td, f.size < 0 || f.bit_s === 0 || left < 0 ? NONE : duration(left / f.bit_s));
    },
  },
];

const CLIENT_COLUMNS = [
  { label: 'Client', className: 'name', write: (td, c) => setText(td, c.client) },
  { label: 'Sessions', className: 'number', write: (td, c) => setText(td, String(c.sessions)) },
  { label: 'Files', className: 'number', write: (td, c) => setText(td, String(c.files)) },
  { label: 'Rate', className: 'number', write: (td, c) => setText(td, rate(c.bit_s)) },
  { label: 'Round trip', className: 'number', write: (td, c) => setText(td, milliseconds(c.rtt_ms)) },
  { label: 'Loss', className: 'number', write: (td, c) => setText(td, percent(c.sent_again)) },
  { label: 'Delivered', className: 'number', write: (td, c) => setText(td, bytes(c.delivered)) },
  {
    label: 'Connected',
    className: 'number',
    write: (td, c) => setText(td, duration(Math.max(0, moments[moments.length - 1].at - c.since) / 1000)),
  },
];

const HISTORY_COLUMNS = [
  { label: 'Ended', write: (td, f) => setText(td, clock(f.ended, Date.now())) },
  { label: 'File', className: 'name', write: (td, f) => setNoted(td, f.file, f.reason) },
  { label: 'Client', write: (td, f) => setText(td, f.client) },
  { label: 'Result', write: (td, f) => showPill(td, f.result, RESULTS[f.result] ?? 'unknown') },
  {
    label: 'Served',
    className: 'number',
    write: (td, f) =>
      setText(td, f.result === 'refused' ? NONE : bytes(f.served) + (f.served < f.size ? ' of ' + bytes(f.size) : '')),
  },
  {
    label: 'Took',
    className: 'number',
    write: (td, f) => setText(td, f.result === 'refused' ? NONE : duration((f.ended - f.started) / 1000)),
  },
  {
    label: 'Rate',
    className: 'number',
    write: (td, f) => setText(td, f.ended > f.started ? rate((f.served * 8000) / (f.ended - f.started)) : NONE),
  },
];

function showTable(name, entries, columns, key, all) {
  showRows(byId(name + '-rows'), entries, columns, key);
  byId(name + '-empty').hidden = entries.length > 0;
  setText(byId(name + '-count'), all > entries.length ? `${entries.length} of ${all}` : '');
}

function showLive(live) {
  showServer(live);
  showHealth(live.health);
  showCharts();
  showStats(live);
  showTable('files', live.files, FILE_COLUMNS, (f) => `${f.client} ${f.started} ${f.file}`, live.files_open);
  showTable('clients', live.clients, CLIENT_COLUMNS, (c) => c.client, live.clients_connected);
}

// History

async function askHistory() {
  historyAsked = Date.now();
  const query = new URLSearchParams(new FormData(byId('filters')));
  const filtered = [...query.values()].some((value) => value !== '');
  query.set('count', historyCount);
  const history = await ask('/api/history?' + query);
  showRows(byId('history-rows'), history.files, HISTORY_COLUMNS, (f) => `${f.client} ${f.started} ${f.ended} ${f.file}`);
  byId('history-empty').hidden = history.files.length > 0;
  setText(byId('history-empty'), filtered ? 'Nothing matches.' : 'No files since the server started.');
  setText(
    byId('history-count'),
    history.matching === 0 ? '' : `latest ${history.files.length} of ${count(history.matching, 'file', 'files')}`,
  );
  byId('history-more').hidden = history.matching <= history.files.length || historyCount >= HISTORY_MAX;
}

let typing = null;

function onFilter() {
  clearTimeout(typing);
  typing = setTimeout(() => {
    historyCount = HISTORY_STEP;
    askHistory().catch(showSilence);
  }, TYPING_PAUSE_MS);
}

// Asking, again and again

function showSilence() {
  const silent = Date.now() - answeredAt > PATIENCE_MS;
  const alert = byId('alert');
  if (silent && alert.hidden) {
    setText(alert, `No answer from the server since ${clock(answeredAt, Date.now())}. What is shown here is old.`);
    byId('status').dataset.state = 'bad';
    setText(byId('status'), 'No answer');
  }
  alert.hidden = !silent;
}

async function turn() {
  const last = moments[moments.length - 1];
  const live = await ask('/api/live');
  // A page that has slept has missed more than one.
  if (!last || live.moment.at - last.at > 2.5 * EVERY_MS || live.moment.at < last.at) {
    moments = (await ask('/api/moments')).moments;
  }
  if (moments.length === 0 || live.moment.at > moments[moments.length - 1].at) {
    moments.push(live.moment);
    moments = moments.slice(-MOMENTS_MAX);
  }
  answeredAt = Date.now();
  showLive(live);
  if (Date.now() - historyAsked >= HISTORY_EVERY_MS) {
    await askHistory();
  }
}

async function run() {
  const startedAt = Date.now();
  if (!paused) {
    try {
      await turn();
    } catch (failure) {
      console.info('no answer: ' + failure);
    }
    showSilence();
  }
  setTimeout(run, Math.max(100, EVERY_MS - (Date.now() - startedAt)));
}

byId('pause').addEventListener('click', () => {
  paused = !paused;
  byId('pause').setAttribute('aria-pressed', String(paused));
  if (!paused) {
    answeredAt = Date.now();
  }
});
byId('filters').addEventListener('input', onFilter);
byId('filters').addEventListener('reset', onFilter);
byId('filters').addEventListener('submit', (event) => event.preventDefault());
byId('history-more').addEventListener('click', () => {
  historyCount = Math.min(HISTORY_MAX, historyCount + HISTORY_STEP);
  askHistory().catch(showSilence);
});
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    byId('health').open = false;
  }
});
Object.keys(charts).forEach(watchCursor);
run();
