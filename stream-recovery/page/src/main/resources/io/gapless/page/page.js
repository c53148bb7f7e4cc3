// The page shows what the program sends, and asks for nothing else. All text reaches the page as textContent, so a post can
// never become markup; the content security policy would stop it as well.
'use strict';

const ORIGINS = ['LIVE', 'BACKFILL', 'RECOVERY_JOB', 'SEARCH'];
const ORIGIN_WORDS = { LIVE: 'live', BACKFILL: 'backfill', RECOVERY_JOB: 'recovery job', SEARCH: 'search', DEAD_LETTER: 'dead letter' };
const CONDITIONS = { HEALTHY: 'Healthy', STANDING_BY: 'Standing by', DEGRADED: 'Degraded', STALE: 'Stale', PARKED: 'Parked', NONE: 'Not connected' };
const VERDICTS = {
  OPEN: ['open', 'run'], COMPLETE: ['complete', 'good'], COMPLETE_UNPROVEN: ['complete, unproven', 'good'], COVERED: ['covered', 'good'],
  DOUBTFUL: ['doubtful', 'warn'], PARTIAL: ['partial', 'bad'], UNRECOVERABLE: ['unrecoverable', 'bad'],
};
const STEPS = {
  WAITING: ['waiting', ''], RUNNING: ['running', 'run'], DONE: ['done', 'good'], DONE_UNPROVEN: ['unproven', 'good'],
  CUT: ['cut', 'warn'], FAILED: ['failed', 'bad'], REFUSED: ['refused', 'warn'],
};
const SHOWN_MS = 15 * 60 * 1000;
const PAST_MS = 10 * 60 * 1000;
const LEAST_MS = 60 * 1000;
const PAST_MAX = 620;
const SVG = 'http://www.w3.org/2000/svg';

const known = { past: [] };
let heardAt = 0;

// ---- small tools ----------------------------------------------------------------------------------------------------

const $ = (id) => document.getElementById(id);

function el(name, props, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props || {})) {
    if (key === 'text') node.textContent = value;
    else if (key === 'level') { if (value) node.dataset.level = value; }
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

function svg(name, props) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(props)) node.setAttribute(key, value);
  return node;
}

/** Changes text only where it differs, so that screen readers announce changes and nothing else. */
function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function level(node, value) {
  if (value) node.dataset.level = value;
  else delete node.dataset.level;
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const count = (n) => whole.format(n);
const rate = (n) => (n < 100 ? tenth : whole).format(n);
const counted = (n, one, more) => `${count(n)} ${n === 1 ? one : more}`;
const two = (n) => String(n).padStart(2, '0');

function clock(ms) {
  const t = new Date(ms);
  return `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`;
}

function day(ms) {
  const t = new Date(ms);
  const date = `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())}`;
  return new Date(ms).toDateString() === new Date(known.at).toDateString() ? clock(ms) : `${date} ${clock(ms)}`;
}

function length(ms) {
  const size = Math.abs(ms);
  if (size < 10) return `${tenth.format(size)} ms`;
  if (size < 1000) return `${Math.round(size)} ms`;
  if (size < 9950) return `${tenth.format(size / 1000)} s`;
  const seconds = Math.round(size / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return seconds % 60 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${seconds / 60} min`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
  const hours = Math.round(minutes / 60);
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${hours / 24} d`;
}

function bytes(n) {
  if (n < 1024) return `${n} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let size = n / 1024;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) { size /= 1024; unit++; }
  return `${tenth.format(size)} ${units[unit]}`;
}

const dollars = (posts) => `$${(posts * 0.005).toFixed(2)}`;
const sum = (spans) => spans.reduce((all, span) => all + span.until - span.from, 0);
const badge = (words) => el('span', { class: `badge${words[1] ? ` badge-${words[1]}` : ''}`, text: words[0] });
const place = (node, from, until, start, size) => {
  node.style.left = `${Math.max(0, (from - start) / size) * 100}%`;
  node.style.width = `${Math.max(0, (Math.min(until, start + size) - Math.max(from, start)) / size) * 100}%`;
  return node;
};
const moment = (ms) => el('time', { datetime: new Date(ms).toISOString(), text: day(ms) });

/** Returns how much time to show: as much as there is, at least a minute, and at most as much as is kept. */
const shownTime = (start, most) => Math.min(most, Math.max(LEAST_MS, known.at - start));

// ---- the condition --------------------------------------------------------------------------------------------------

function showCondition() {
  const stream = known.stream;
  const senderAlone = !stream && known.outbox !== undefined;
  say($('subject'), senderAlone ? 'The sender is' : 'The stream is');
  for (const part of document.querySelectorAll('[data-of="stream"]')) part.hidden = senderAlone;
  if (!stream) {
    const late = known.outbox && known.outbox.late;
    document.body.dataset.condition = late ? 'STALE' : known.outbox ? 'HEALTHY' : 'NONE';
    say($('condition-word'), late ? 'Late' : known.outbox ? 'Sending' : 'Not started');
    why([
      ...(late ? ['An acknowledgement is overdue.'] : []),
      known.outbox ? 'This program sends records on. It has no stream.' : 'The program has not started its stream yet.',
    ]);
    return;
  }
  document.body.dataset.condition = stream.condition;
  say($('condition-word'), CONDITIONS[stream.condition]);
  why(stream.why);
  const last = known.past[known.past.length - 1];
  say($('figure-rate'), last ? rate(last[1] + last[2] + last[3] + last[4]) : '–');
  say($('figure-lag'), stream.lag99 === undefined ? '–' : length(stream.lag99));
  say($('figure-live'), count(stream.live));
  level($('figure-live'), stream.live === 0 && stream.condition !== 'STANDING_BY' ? 'bad' : '');
  say($('figure-open'), count(stream.openGaps));
  level($('figure-open'), stream.openGaps > 0 ? 'warn' : '');
  say($('figure-lost'), count(stream.lostSpans) + (stream.doubtfulSpans > 0 ? `, ${count(stream.doubtfulSpans)} in doubt` : ''));
  level($('figure-lost'), stream.lostSpans > 0 ? 'bad' : stream.doubtfulSpans > 0 ? 'warn' : '');
}

function why(lines) {
  const list = $('why');
  if (list.dataset.lines === lines.join('\n')) return;
  list.dataset.lines = lines.join('\n');
  list.replaceChildren(...lines.map((line) => el('li', { text: line })));
}

// ---- connections ----------------------------------------------------------------------------------------------------

function showConnections() {
  const connections = known.connections || [];
  if (connections.length === 0) return;
  const first = Math.min(...connections.flatMap((connection) => connection.parts.map((part) => part.from)));
  const size = shownTime(first, SHOWN_MS);
  const start = known.at - size;
  say($('connections-hint'), `The last ${length(size)}`);
  const lanes = connections.map((connection) => {
    const track = el('div', { class: 'track', 'aria-hidden': 'true' });
    for (const part of connection.parts) {
      const until = part.until || known.at;
      track.append(place(el('span', { class: `part part-${part.doing}` }), part.from, until, start, size));
      if (part.until && part.kind && part.until > start)
        track.append(end(part, start, size));
    }
    const last = connection.parts[connection.parts.length - 1];
    const words = doing(last);
    return el('div', { class: 'lane' },
      el('p', { class: 'lane-name', text: `Connection ${connection.number}` }, el('small', { text: words })),
      track);
  });
  const axis = el('div', { class: 'axis', 'aria-hidden': 'true' });
  for (let i = 0; i <= 3; i++) {
    const tick = el('span', { text: i === 3 ? 'now' : clock(start + (size * i) / 3).slice(0, size < 300000 ? 8 : 5) });
    tick.style.left = `${(i * 100) / 3}%`;
    axis.append(tick);
  }
  $('lanes').replaceChildren(...lanes, axis);
  showEndings(connections);
}

function end(part, start, size) {
  const mark = el('span', { class: 'part part-end', 'data-ours': String(part.kind === 'CLOSED_BY_US') });
  mark.style.left = `${((part.until - start) / size) * 100}%`;
  return mark;
}

function doing(part) {
  if (!part) return 'not opened yet';
  if (part.until) return 'closed';
  const age = length(known.at - part.from);
  return { UP: `receiving for ${age}`, CONNECTING: `connecting for ${age}`, WAITING: `waiting for ${age}` }[part.doing];
}

function showEndings(connections) {
  const ended = connections
    .flatMap((connection) => connection.parts.filter((part) => part.kind).map((part) => ({ number: connection.number, ...part })))
    .sort((a, b) => b.until - a.until)
    .slice(0, 6);
  const text = ended.map((part) => part.until).join();
  if ($('endings').dataset.shown === text || ended.length === 0) return;
  $('endings').dataset.shown = text;
  $('endings').replaceChildren(...ended.map((part) => el('li', {},
    moment(part.until),
    el('span', { text: `Connection ${part.number}, ${part.doing === 'UP' ? `after ${length(part.until - part.from)}` : 'not opened'}: ${part.cause}` }))));
}

// ---- charts ---------------------------------------------------------------------------------------------------------

const HEIGHT = 150;
const FOOT = 20;
const TOP = 8;
const EDGE = 40;

/** Returns a round number that is a little above the largest value, so that the scale does not jump with each sample. */
function ceiling(value, least) {
  const most = Math.max(value * 1.05, least);
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= most);
}

function frame(box, most, unit) {
  const width = Math.max(240, box.clientWidth);
  const drawing = svg('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  for (const share of [0, 0.5, 1]) {
    const y = HEIGHT - FOOT - share * (HEIGHT - FOOT - TOP);
    drawing.append(svg('line', { class: 'grid', x1: EDGE, x2: width, y1: y, y2: y }));
    const label = svg('text', { x: EDGE - 8, y: y + 4, 'text-anchor': 'end' });
    label.textContent = unit(most * share);
    drawing.append(label);
  }
  const size = shownTime(known.past[0][0], PAST_MS);
  for (const [share, anchor, x] of [[1, 'start', EDGE], [0.5, 'middle', (width + EDGE) / 2], [0, 'end', width]]) {
    const label = svg('text', { x, y: HEIGHT - 3, 'text-anchor': anchor });
    label.textContent = share === 0 ? 'now' : `${length(Math.round((size * share) / 1000) * 1000)} ago`;
    drawing.append(label);
  }
  const start = known.at - size;
  return {
    drawing,
    x: (at) => EDGE + Math.max(0, (at - start) / size) * (width - EDGE),
    y: (value) => HEIGHT - FOOT - Math.min(1, value / most) * (HEIGHT - FOOT - TOP),
  };
}

function showRates() {
  const past = known.past.filter((sample) => sample[0] > known.at - PAST_MS);
  const last = past[past.length - 1];
  if (!last) return;
  const most = ceiling(Math.max(...past.map((s) => s[1] + s[2] + s[3] + s[4])), 1);
  const box = $('rate-chart');
  const { drawing, x, y } = frame(box, most, (n) => rate(n));
  ORIGINS.forEach((origin, i) => {
    const below = (sample) => sample.slice(1, 1 + i).reduce((a, b) => a + b, 0);
    if (past.every((sample) => sample[1 + i] === 0)) return;
    const upper = past.map((s) => `${x(s[0]).toFixed(1)},${y(below(s) + s[1 + i]).toFixed(1)}`);
    const lower = past.map((s) => `${x(s[0]).toFixed(1)},${y(below(s)).toFixed(1)}`).reverse();
    drawing.append(svg('polygon', { class: `area area-${origin}`, points: upper.concat(lower).join(' ') }));
  });
  box.replaceChildren(drawing);
  box.setAttribute('aria-label', `Posts per second now: ${ORIGINS.map((origin, i) => `${ORIGIN_WORDS[origin]} ${rate(last[1 + i])}`).join(', ')}`);
  legend('rate-legend', ORIGINS.map((origin, i) => [`key-${origin}`, ORIGIN_WORDS[origin], rate(last[1 + i])]));
}

function showLag() {
  const past = known.past.filter((sample) => sample[0] > known.at - PAST_MS && sample[6] >= 0);
  const last = past[past.length - 1];
  if (!last) return;
  const most = ceiling(Math.max(...past.map((s) => s[6])), 100);
  const box = $('lag-chart');
  const { drawing, x, y } = frame(box, most, (n) => (most >= 1000 ? `${tenth.format(n / 1000)} s` : `${count(n)} ms`));
  for (const [name, column] of [['lag50', 5], ['lag99', 6]])
    drawing.append(svg('polyline', { class: name, points: past.map((s) => `${x(s[0]).toFixed(1)},${y(s[column]).toFixed(1)}`).join(' ') }));
  box.replaceChildren(drawing);
  box.setAttribute('aria-label', `Lag now: half of the posts within ${length(last[5])}, 99 of 100 within ${length(last[6])}`);
  legend('lag-legend', [['key-p50', 'half of the posts', length(last[5])], ['key-p99', '99 of 100', length(last[6])]]);
}

function legend(id, rows) {
  $(id).replaceChildren(...rows.map(([key, words, value]) =>
    el('li', {}, el('span', { class: `key ${key}`, 'aria-hidden': 'true' }), el('span', { text: words }), el('b', { text: value }))));
}

// ---- gaps and ledger --------------------------------------------------------------------------------------------------

function showGaps() {
  const open = known.gaps.filter((gap) => gap.steps);
  const left = known.gaps.filter((gap) => gap.verdict === 'OPEN').length - open.length;
  const shown = open.map(gap);
  if (left > 0) shown.push(el('p', { class: 'hint', text: `${counted(left, 'more gap is', 'more gaps are')} open; the ledger lists them.` }));
  $('gaps').replaceChildren(...(shown.length > 0 ? shown : [el('p', { class: 'empty', text: known.hasLedger ? 'No gap is open.' : 'Without a state, nothing is recovered: there are no gaps and no ledger.' })]));
}

function gap(one) {
  const size = one.until - one.from;
  const done = one.steps.filter((step) => step.state.startsWith('DONE'));
  const plan = el('div', { class: 'plan', 'aria-hidden': 'true' });
  const last = ['WAITING', 'FAILED', 'REFUSED', 'CUT', 'RUNNING', 'DONE_UNPROVEN', 'DONE'];
  for (const step of [...one.steps].sort((a, b) => last.indexOf(a.state) - last.indexOf(b.state))) plan.append(place(el('span', { class: `step step-${step.state}` }), step.from, step.until, one.from, size));
  for (const lost of one.lost) plan.append(place(el('span', { class: 'step step-lost' }), lost.from, lost.until, one.from, size));
  const outage = one.reconnectedAt ? `${length(one.reconnectedAt - one.lastSignalAt)} without a connection` : 'the outage lasts';
  return el('article', { class: 'gap', 'aria-label': `Gap ${one.id}` },
    el('div', { class: 'gap-head' },
      el('strong', { text: `Gap ${one.id}` }),
      el('span', { class: 'hint', text: `${one.cause} · ${outage} · ${length(size)} to check` }),
      el('span', { class: 'gap-done', text: one.steps.length === 0 ? 'no plan yet' : `${done.length} of ${counted(one.steps.length, 'step', 'steps')} done` })),
    plan,
    el('ul', { class: 'steps' }, ...one.steps.map((step) => el('li', {},
      el('span', {}, badge(STEPS[step.state] || [step.state.toLowerCase(), ''])),
      el('span', { text: words(step) })))));
}

function words(step) {
  const span = `${step.method}, ${day(step.from)} to ${clock(step.until)}`;
  const found = step.fresh + step.duplicates > 0 ? `: ${counted(step.fresh, 'post', 'posts')} recovered, ${count(step.duplicates)} already received` : '';
  return span + found + (step.note ? ` (${step.note})` : '');
}

/** Returns how much of a gap is lost, and how much is in doubt. */
function missing(lost, doubtful) {
  const parts = [...(lost > 0 ? [length(lost)] : []), ...(doubtful > 0 ? [`${length(doubtful)} in doubt`] : [])];
  return parts.length === 0 ? '–' : parts.join(', ');
}

function showLedger() {
  const rows = known.gaps.map((one) => {
    const lost = sum(one.lost);
    const doubtful = sum(one.doubtful);
    return el('tr', {},
      el('td', { text: String(one.id) }),
      el('td', {}, moment(one.lastSignalAt)),
      el('td', { class: 'number', text: one.reconnectedAt ? length(one.reconnectedAt - one.lastSignalAt) : 'lasts' }),
      el('td', { class: 'cause', text: one.cause }, one.reason ? el('small', { text: one.reason }) : null),
      el('td', { class: 'number', text: count(one.recovered) }),
      el('td', { class: 'number', text: missing(lost, doubtful) }),
      el('td', { text: one.methods || '–' }),
      el('td', {}, badge(VERDICTS[one.verdict] || [one.verdict.toLowerCase(), ''])));
  });
  if (rows.length === 0) {
    const text = known.hasLedger ? 'The ledger is empty.' : 'Without a state there is no ledger.';
    rows.push(el('tr', {}, el('td', { colspan: '8', class: 'empty', text })));
  }
  $('ledger').replaceChildren(...rows);
  say($('ledger-hint'), known.olderGaps ? `The newest ${count(known.gaps.length)} gaps; “gapless gaps” lists all` : 'Every gap with its verdict, newest first');
}

// ---- limits and stores ------------------------------------------------------------------------------------------------

function tile(title, big, lines, options) {
  const { meter, warn } = options || {};
  const parts = [el('h3', { text: title }), el('p', { class: 'big', level: warn, text: big })];
  if (meter !== undefined) {
    const fill = el('span', {});
    fill.style.width = `${Math.min(100, Math.max(0, meter * 100))}%`;
    parts.push(el('div', { class: 'meter', 'aria-hidden': 'true', level: warn }, fill));
  }
  return el('article', { class: 'tile' }, ...parts, ...lines.filter(Boolean).map((line) => el('p', { class: 'small', text: line })));
}

function showTiles() {
  const tiles = [];
  const s = known.stream;
  if (s) {
    const few = s.connectsMost > 0 && s.connectsLeft < s.connectsMost * 0.4;
    tiles.push(tile('Connect budget', `${count(s.connectsLeft)} of ${count(s.connectsMost)} left`,
      ['In any 15 minutes', s.nextTry ? `Next connect at ${clock(s.nextTry)}` : ''], { meter: s.connectsMost ? s.connectsLeft / s.connectsMost : 0, warn: s.connectsLeft === 0 ? 'bad' : few ? 'warn' : '' }));
    const capped = s.boughtMax !== undefined;
    tiles.push(tile('Money', dollars(s.boughtToday), [
      `${counted(s.boughtToday, 'post', 'posts')} bought on this UTC day`,
      capped ? `Limit ${count(s.boughtMax)} posts, ${dollars(s.boughtMax)}, per gap and day` : 'No limit: X bills nothing here, or nothing has begun',
      `${count(s.bought)} since the start`], capped ? { meter: s.boughtMax ? s.boughtToday / s.boughtMax : 1, warn: s.boughtToday >= s.boughtMax ? 'bad' : s.boughtToday > s.boughtMax * 0.7 ? 'warn' : '' } : {}));
    tiles.push(tile('Handler', s.handlerDown ? 'Down' : s.handler99 === undefined ? 'Idle' : length(s.handler99), [
      s.handlerDown ? 'Posts wait until it works again' : '99 of 100 calls take at most this long',
      `${counted(s.handled, 'post', 'posts')} acknowledged`], { warn: s.handlerDown ? 'bad' : '' }));
    tiles.push(tile('Inbox', counted(s.inboxPosts, 'post waits', 'posts wait'), [`${bytes(s.inboxBytes)} in memory`]));
    tiles.push(tile('Spill', s.spillMaxBytes === 0 ? 'Not used' : bytes(s.spilledBytes),
      [s.spillMaxBytes === 0 ? 'Reading stops while the inbox is full' : `Of ${bytes(s.spillMaxBytes)} on the disk, while the inbox is full`],
      s.spillMaxBytes === 0 ? {} : { meter: s.spilledBytes / s.spillMaxBytes, warn: s.spilledBytes > s.spillMaxBytes * 0.8 ? 'bad' : s.spilledBytes > 0 ? 'warn' : '' }));
    tiles.push(tile('Duplicates', count(s.duplicates), ['Dropped, because they had been received before', `${count(s.received)} received in all`]));
    tiles.push(tile('Dead letters', count(s.deadLettered), [s.deadLettered === 0 ? 'The handler has refused no post' : 'Posts that the handler refused for good'], { warn: s.deadLettered > 0 ? 'bad' : '' }));
    if (s.term > 0 || s.state === 'STANDING_BY')
      tiles.push(tile('Shared state', s.term > 0 ? `Term ${s.term}` : 'Standing by', [s.term > 0 ? 'This process holds the stream' : 'Another process holds the stream']));
  }
  const o = known.outbox;
  if (o) {
    tiles.push(tile('Outbox', `${counted(o.waitingRecords, 'record waits', 'records wait')}`, [
      `${counted(o.waitingBatches, 'batch', 'batches')} not acknowledged`,
      o.acknowledgedAt ? `Last acknowledged ${day(o.acknowledgedAt)}` : 'Nothing acknowledged yet',
      o.nextSlot ? `Next slot ${day(o.nextSlot)}` : '',
      o.quarantined > 0 ? `${counted(o.quarantined, 'record', 'records')} in quarantine` : '',
      o.failure ? `Endpoint: ${o.failure}` : '', o.sourceFailure ? `Source: ${o.sourceFailure}` : ''],
    { warn: o.late || o.quarantined > 0 ? 'bad' : o.failure || o.sourceFailure ? 'warn' : '' }));
  }
  $('tiles').replaceChildren(...tiles);
}

// ---- events, rules, posts, buttons --------------------------------------------------------------------------------------

function showEvents() {
  if (known.events.length === 0) return;
  $('events').replaceChildren(...known.events.map((event) => el('li', { level: event.level },
    el('time', { datetime: new Date(event.at).toISOString(), text: clock(event.at) }), el('i', { 'aria-hidden': 'true' }), el('span', { text: event.words }))));
}

function showRules() {
  $('rules-empty').hidden = known.rules.length > 0;
  $('rules').hidden = known.rules.length === 0;
  say($('rules-hint'), known.ruleCount > 0 ? `${counted(known.ruleCount, 'rule', 'rules')}${known.ruleCount > known.rules.length ? `, ${known.rules.length} shown` : ''}` : '');
  $('rules').replaceChildren(...known.rules.map((rule) => el('div', {}, el('dt', { text: rule.tag || 'no tag' }), el('dd', { text: rule.value }))));
}

function showPosts() {
  $('posts-card').hidden = known.posts.length === 0;
  $('posts').replaceChildren(...known.posts.map((post) => el('li', {},
    el('p', { class: 'meta' }, el('time', { datetime: new Date(post.createdAt).toISOString(), text: day(post.createdAt) }),
      el('span', { text: ORIGIN_WORDS[post.origin] || post.origin.toLowerCase() }), el('span', { class: 'mono', text: post.rules.join(', ') })),
    el('p', { class: 'text', text: post.text }))));
}

function showButtons() {
  const buttons = known.buttons || [];
  $('break').hidden = buttons.length === 0;
  if (buttons.length === 0) return;
  const groups = new Map();
  buttons.forEach((button, number) => {
    if (!groups.has(button.group)) groups.set(button.group, []);
    const node = el('button', { type: 'button', text: button.label });
    node.addEventListener('click', () => press(number, button.label));
    groups.get(button.group).push(node);
  });
  $('break-groups').replaceChildren(...[...groups].map(([group, nodes], i) => {
    const box = el('details', {}, el('summary', {}, el('span', { text: group }), el('small', { text: counted(nodes.length, 'button', 'buttons') })), el('div', { class: 'row' }, ...nodes));
    box.open = i === 0;
    return box;
  }));
}

async function press(number, label) {
  say($('pressed'), `${label} …`);
  try {
    const answer = await fetch(`press/${number}`, { method: 'POST', headers: { 'X-Gapless-Page': '1' } });
    say($('pressed'), await answer.text());
  } catch (error) {
    say($('pressed'), `${label}: the program does not answer.`);
  }
}

// ---- what the program sends -----------------------------------------------------------------------------------------

function show(frameOfProgram) {
  const { past, ...rest } = frameOfProgram;
  Object.assign(known, rest);
  for (const sample of past || []) {
    const last = known.past[known.past.length - 1];
    if (!last || sample[0] > last[0]) known.past.push(sample);
  }
  if (known.past.length > PAST_MAX) known.past.splice(0, known.past.length - PAST_MAX);
  if (rest.title !== undefined) say($('title'), rest.title);
  if (rest.buttons !== undefined) showButtons();
  showCondition();
  document.title = `${$('condition-word').textContent} · ${known.title}`;
  $('trouble').hidden = !known.trouble;
  say($('trouble'), known.trouble || '');
  showConnections();
  showRates();
  showLag();
  showTiles();
  if (rest.gaps !== undefined) { showGaps(); showLedger(); }
  if (rest.events !== undefined) { showEvents(); showRules(); }
  if (rest.posts !== undefined) showPosts();
  document.body.dataset.shown = 'true';
}

/** Shows how old the news is. A condition that may be over is not shown as if it held. */
function beat() {
  const age = Date.now() - heardAt;
  const live = heardAt > 0 && age < 5000;
  $('beat').dataset.live = String(live);
  say($('beat-words'), live ? `Live, ${clock(heardAt)}` : heardAt > 0 ? `No news from the program for ${length(age)}` : 'Connecting …');
  if (live || heardAt === 0) return;
  document.body.dataset.condition = 'NONE';
  say($('condition-word'), 'Unknown');
  why([`The program has sent nothing since ${clock(heardAt)}. It may have ended. What is below is its last state.`]);
  document.title = `Unknown · ${known.title}`;
}

function watch() {
  const source = new EventSource('events');
  source.onmessage = (message) => {
    heardAt = Date.now();
    show(JSON.parse(message.data));
    beat();
  };
  source.onerror = () => {
    beat();
    // A browser tries again by itself, except after an answer that was not 200.
    if (source.readyState === EventSource.CLOSED) setTimeout(watch, 3000);
  };
}

addEventListener('resize', () => { if (known.past.length > 0) { showRates(); showLag(); } });
setInterval(beat, 1000);
watch();
