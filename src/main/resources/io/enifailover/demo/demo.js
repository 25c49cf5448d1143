'use strict';

const SVG = 'http://www.w3.org/2000/svg';
const BEFORE_THE_MOVE = ['detect', 'decide'];
const element = id => document.getElementById(id);

let actions = {};
let state = null;
// Who answered, from request number `first` on.
let answers = '';
let first = 0;
// Where the interface was: [milliseconds, state, role].
let places = [];
let moves = [];
let lastHeadline = '';
let shownServers = '';
// What each pane shows, as the command printed it.
const printed = {};

// What a person does

async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  if (!answer.ok) element('hint').textContent = (await answer.text()).trim();
}

function holderRole() {
  const holder = state && state.servers.find(server => server.id === state.holder);
  return holder ? holder.role : 'primary';
}

function act(name, role) {
  return post('act', actions[name].ofServer ? { action: name, server: role || holderRole() } : { action: name });
}

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const name = Object.keys(actions).find(each => actions[each].key === event.key);
  if (name) act(name);
});

element('again').addEventListener('click', () => {
  history.replaceState(null, '', location.pathname);
  post('restart', { run: String(1 + Math.floor(Math.random() * 9999)) });
});

element('link').addEventListener('click', async () => {
  const url = `${location.origin}/?run=${state.run}`;
  history.replaceState(null, '', url);
  try {
    await navigator.clipboard.writeText(url);
    element('hint').textContent = 'Copied. It works as long as the demonstration runs at this port; '
      + `failover demo --run ${state.run} repeats the run at any time.`;
  } catch {
    element('hint').textContent = url;
  }
});

document.querySelectorAll('[data-speed]').forEach(button =>
  button.addEventListener('click', () => post('speed', { speed: Number(button.dataset.speed) })));

// What is shown

function button(name, role) {
  const made = document.createElement('button');
  made.type = 'button';
  made.dataset.action = name;
  if (role) made.dataset.role = role;
  if (toggles(name)) {
    made.classList.add('fault');
    made.setAttribute('aria-pressed', 'false');
  }
  made.append(actions[name].label);
  const key = document.createElement('kbd');
  key.textContent = actions[name].key;
  if (!role) made.append(key);
  made.addEventListener('click', () => act(name, role));
  return made;
}

function toggles(name) {
  return ['crash', 'hang', 'stop', 'cable', 'detach'].includes(name);
}

function showButtons() {
  element('actions').replaceChildren(
    ...Object.keys(actions).filter(name => !actions[name].ofServer).map(name => button(name)));
  const keys = Object.keys(actions).filter(name => actions[name].ofServer)
    .map(name => `${actions[name].key}: ${actions[name].label.toLowerCase()}`);
  element('hint').textContent = `Keys for the active server: ${keys.join(', ')}. A second press repairs it.`;
}

function showServers() {
  const wanted = state.servers.map(server => server.id).join();
  if (wanted !== shownServers) {
    shownServers = wanted;
    element('servers').replaceChildren(...state.servers.map(card));
  }
  for (const server of state.servers) {
    const its = element(`server-${server.id}`);
    const holds = server.id === state.holder;
    const chip = its.querySelector('.chip');
    chip.hidden = !holds;
    chip.textContent = state.floating === 'attached' ? 'has the interface' : `interface: ${state.floating}`;
    chip.classList.toggle('moving', state.floating !== 'attached');
    its.querySelector('.ec2').textContent = server.state;
    its.querySelector('.truth').textContent = server.condition;
  }
  document.querySelectorAll('button.fault').forEach(each => {
    const on = each.dataset.role
      ? state.faults.includes(`${each.dataset.action} ${each.dataset.role}`)
      : state.faults.includes(each.dataset.action);
    each.setAttribute('aria-pressed', String(on));
  });
}

function card(server) {
  const made = document.createElement('div');
  made.className = `server ${server.role}`;
  made.id = `server-${server.id}`;
  made.innerHTML = '<h3><span class="role"></span><code></code><span class="chip" hidden></span></h3>'
    + '<p class="facts">EC2 shows <b class="ec2"></b>; in truth <b class="truth"></b></p><div class="buttons"></div>';
  made.querySelector('.role').textContent = server.role;
  made.querySelector('code').textContent = server.id;
  if (server.current) {
    made.querySelector('.buttons').append(...Object.keys(actions)
      .filter(name => actions[name].ofServer).map(name => {
        const its = button(name, server.role);
        its.setAttribute('aria-label', `${actions[name].label}: ${server.role}`);
        return its;
      }));
  }
  return made;
}

function showHeadline() {
  const last = answers.length - 1;
  const serves = answers[last];
  let good = last;
  while (good >= 0 && answers[good] === '-') good--;
  const silent = (last - good) * state.every / 1000;
  const outage = lastOutage();
  const headline = element('headline');
  const text = serves === '-'
    ? 'The client gets no answer'
    : `The ${serves === 'p' ? 'primary' : 'standby'} serves${outage ? `; the last outage took ${outage.toFixed(1)} s` : ''}`;
  if (text !== lastHeadline) {
    lastHeadline = text;
    headline.textContent = text;
    headline.className = `state ${serves === '-' ? 'bad' : 'good'}`;
  }
  element('clock').textContent = serves === '-' ? `${silent.toFixed(1)} s` : '';
  const answer = state.lastAnswer;
  element('decision').textContent = answer
    ? `${(answer.at / 1000).toFixed(1)} s: the controller says “${answer.message}${answer.alert ? `; alert: ${answer.alert}` : ''}”`
    : '';
}

// Seconds from the last good answer before it to the first one after it; 0 if there was none.
function lastOutage() {
  const end = answers.lastIndexOf('-');
  if (end < 0) return 0;
  let begin = end;
  while (begin >= 0 && answers[begin] === '-') begin--;
  return (end + 1 - Math.max(begin, 0)) * state.every / 1000;
}

// The picture

function drawLanes() {
  const svg = element('lanes');
  const width = svg.clientWidth || 800;
  const narrow = width < 560;
  const left = narrow ? 76 : 84;
  const span = (narrow ? 20000 : 30000) * (state.speed > 1 ? 4 : 1);
  const to = state.at;
  const from = to - span;
  const x = time => left + (time - from) / span * (width - left);
  svg.setAttribute('viewBox', `0 0 ${width} 260`);
  const parts = [];
  const add = (name, attributes, text) => {
    const made = document.createElementNS(SVG, name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    if (text) made.textContent = text;
    parts.push(made);
  };
  const bar = (kind, begin, end, y, height, title) => {
    const a = Math.max(left, x(begin));
    const b = Math.min(width, x(end));
    if (b > a) add('rect', { class: kind, x: a.toFixed(1), y, width: Math.max(1, b - a).toFixed(1), height }, title);
  };
  const lanes = [['primary', 'p'], ['standby', 's'], ['no answer', '-']];
  const top = 36;
  lanes.forEach(([name], i) => label(name, top + i * 24));
  label('interface', top + 72);
  label('controller', top + 102);
  function label(name, y) {
    add('text', { x: left - 8, y: y + 13, 'text-anchor': 'end' }, name);
    if (name !== 'controller') add('line', { class: 'rule', x1: left, y1: y + 20, x2: width, y2: y + 20 });
  }
  const begin = Math.max(0, Math.floor(from / state.every) - first);
  for (let i = begin; i < answers.length;) {
    let j = i;
    while (j < answers.length && answers[j] === answers[i]) j++;
    const lane = lanes.findIndex(each => each[1] === answers[i]);
    const kind = answers[i] === '-' ? 'f' : answers[i];
    bar(kind, (first + i) * state.every, (first + j) * state.every, top + lane * 24, 17);
    i = j;
  }
  places.forEach(([time, floating, role], i) => {
    const end = i + 1 < places.length ? places[i + 1][0] : to;
    bar(floating === 'attached' ? role[0] : 'w', time, end, top + 72, 17);
    const middle = (Math.max(left, x(time)) + Math.min(width, x(end))) / 2;
    if (floating !== 'attached' && x(end) - x(time) > 62) {
      add('text', { x: middle, y: top + 85, 'text-anchor': 'middle', class: 'event' }, floating);
    }
  });
  for (const move of moves) {
    const before = BEFORE_THE_MOVE.reduce((sum, name) => sum + (move.milliseconds[name] || 0), 0);
    let time = Date.parse(move.at) - state.zero - before;
    let row = 0;
    for (const name in move.milliseconds) {
      const length = move.milliseconds[name];
      const y = top + 102 + row * 16;
      bar('phase', time, time + Math.max(length, 60), y, 9, `${name} ${(length / 1000).toFixed(2)} s`);
      if (x(time) > left - 40 && time + length > from) {
        const words = `${name} ${(length / 1000).toFixed(1)} s`;
        const end = x(time + length);
        const room = width - end > words.length * 6.4;
        add('text', { x: room ? end + 4 : Math.max(left, x(time)) - 4, y: y + 9, 'text-anchor': room ? 'start' : 'end' }, words);
      }
      time += length;
      row++;
    }
  }
  const ends = [-1, -1];
  for (const event of state.events) {
    const at = x(event.at);
    if (at < left) continue;
    add('line', { class: 'event', x1: at, y1: 4, x2: at, y2: top + 92 });
    const length = event.label.length * 6.6;
    const anchor = at + length > width ? 'end' : 'start';
    const begin = anchor === 'end' ? at - length : at;
    const row = ends.findIndex(end => end < begin);
    if (row >= 0) {
      add('text', { class: 'event', x: anchor === 'end' ? at - 3 : at + 3, y: 12 + row * 15, 'text-anchor': anchor }, event.label);
      ends[row] = begin + length + 6;
    }
  }
  for (let second = Math.ceil(Math.max(0, from) / 5000) * 5; second * 1000 <= to; second += span > 60000 ? 20 : 5) {
    add('text', { x: x(second * 1000), y: 256, 'text-anchor': 'middle' }, `${second} s`);
  }
  svg.replaceChildren(...parts);
}

// ANSI's codes for what the command prints in bold, dim, red, green, yellow and reverse video.
const INKS = { 1: 'bold', 2: 'dim', 7: 'reverse', 31: 'bad', 32: 'good', 33: 'doubtful' };

function print(pane, text) {
  let inks = '';
  pane.replaceChildren(...text.split(/(\x1b\[[\d;]*m)/).flatMap((part, index) => {
    if (index % 2 === 0) {
      return Object.assign(document.createElement('span'), { className: inks, textContent: part });
    }
    inks = part.slice(2, -1).split(';').map(code => INKS[code]).filter(Boolean).join(' ');
    return [];
  }));
}

function show(frame) {
  if (!state || frame.number !== state.number || frame.from !== first + answers.length) {
    answers = '';
    first = frame.from;
    places = [];
    moves = [];
  }
  state = frame;
  answers += frame.answers;
  const holder = frame.servers.find(server => server.id === frame.holder);
  const place = [frame.floating, holder ? holder.role : ''];
  const last = places[places.length - 1];
  if (!last || last[1] !== place[0] || last[2] !== place[1]) places.push([frame.at, ...place]);
  if (frame.moves) moves = frame.moves.history || [];
  for (const name of ['status', 'history', 'log', 'ordered']) {
    const pane = element(name);
    if (frame[name] === undefined || printed[name] === frame[name]) continue;
    const atEnd = pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 4;
    print(pane, frame[name]);
    printed[name] = frame[name];
    if (name === 'log' && atEnd) pane.scrollTop = pane.scrollHeight;
  }
  if (frame.ordered !== undefined) element('ordered-section').hidden = frame.ordered === '';
  document.querySelectorAll('[data-speed]').forEach(each =>
    each.setAttribute('aria-pressed', String(Number(each.dataset.speed) === frame.speed)));
  if (answers.length > 0) {
    showHeadline();
    showServers();
    drawLanes();
  }
}

async function begin() {
  actions = await (await fetch('actions')).json();
  showButtons();
  const run = new URLSearchParams(location.search).get('run');
  if (run) await post('restart', { run });
  const stream = new EventSource('events');
  stream.onmessage = message => show(JSON.parse(message.data));
  stream.onerror = () => {
    element('headline').textContent = 'The demonstration has ended. Start it again with ./failover demo.';
    element('headline').className = 'state bad';
    lastHeadline = '';
  };
}

begin();
