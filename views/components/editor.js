// The text of a questionnaire beside what helps to write it: line numbers, mistakes at their lines, and, from the
// published schema, what the key under the caret means and what may stand there. SCHEMA comes before this file.

const PAUSE = 700; // ms without a key before the text is checked
const FEW = 40; // suggestions at once

const make = (tag, fields = {}, ...inside) => {
  const node = document.createElement(tag);
  Object.entries(fields).forEach(([name, value]) => {
    if (name === 'text') node.textContent = value;
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? '' : value);
  });
  node.append(...inside.filter(Boolean));
  return node;
};

// --- where the caret stands: keys and entries from the top, told by indentation and brackets ---

const KEY = /^("[^"]*"|'[^']*'|[^\s#'"{}[\],&*!|>%@`][^#{}[\],]*?)\s*:(?=\s|$)/;
const bare = (text) => text.trim().replace(/^(['"])(.*)\1$/, '$2');

function flow(text, state) { // go through what stands in brackets, one character after another
  let word = '';
  const close = () => {
    const top = state.open[state.open.length - 1];
    if (top && !top.list && top.key !== null && bare(word)) top.values[top.key] = bare(word);
    word = '';
  };
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    const top = state.open[state.open.length - 1];
    if (state.quote) {
      if (c === '\\' && state.quote === '"') { word += text[i + 1] || ''; i += 1; }
      else if (c === "'" && state.quote === "'" && text[i + 1] === "'") { word += c; i += 1; }
      else if (c === state.quote) state.quote = '';
      else word += c;
    } else if ((c === '"' || c === "'") && !word.trim()) state.quote = c;
    else if (c === '#' && (i === 0 || /\s/.test(text[i - 1]))) break;
    else if ('{['.includes(c)) { state.open.push({ list: c === '[', key: c === '[' ? 0 : null, keys: [], values: {} }); word = ''; }
    else if ('}]'.includes(c)) { close(); state.open.pop(); }
    else if (c === ',' && top) { close(); if (top.list) top.key += 1; else top.key = null; }
    else if (c === ':' && top && !top.list && top.key === null && /[\s]|^$/.test(text[i + 1] || '')) { top.key = bare(word); top.keys.push(top.key); word = ''; }
    else word += c;
  }
  state.word = state.open.length ? word : '';
}

const group = () => ({ keys: [], values: {} });

export function caretAt(lines, row, column) {
  const top = group();
  const stack = []; // of block style: where it is indented, its key or number, and what is inside it
  const state = { open: [], quote: '', word: '' };
  const here = () => (stack.length ? stack[stack.length - 1].inner : top);
  const leave = (gone) => { while (stack.length && gone(stack[stack.length - 1])) stack.pop(); };
  let scalar = -1; // the indent of the key whose text goes over several lines
  let at = { around: top, word: '', place: 'key' };
  for (let i = 0; i <= row; i += 1) {
    const last = i === row;
    const line = last ? (lines[i] ?? '').slice(0, column) : lines[i];
    let text = line.trimStart();
    let indent = line.length - text.length;
    if (state.open.length) { flow(line, state); continue; }
    if (!text && !last) continue;
    if (scalar >= 0 && (!text || indent > scalar)) { if (last) return null; continue; }
    scalar = -1;
    if (text.startsWith('#')) { if (last) return null; continue; }
    for (let dash = /^-(\s+|$)/.exec(text); dash; dash = /^-(\s+|$)/.exec(text)) {
      const own = indent;
      leave((one) => one.indent > own);
      const before = stack.length && stack[stack.length - 1].entry && stack[stack.length - 1].indent === own ? stack.pop() : null;
      stack.push({ indent: own, entry: true, key: before ? before.key + 1 : 0, inner: group() });
      indent += dash[0].length;
      text = text.slice(dash[0].length);
    }
    const deep = indent;
    leave((one) => one.indent >= deep);
    const around = here();
    const key = KEY.exec(text);
    at = { around, word: text, place: 'key' };
    if (key) {
      const own = bare(key[1]);
      const rest = text.slice(key[0].length);
      around.keys.push(own);
      stack.push({ indent, key: own, inner: group() });
      at = { around, word: rest.trimStart(), place: 'value' };
      const value = bare(rest.replace(/\s#.*$/, ''));
      if (/^[|>][-+0-9]*$/.test(value)) scalar = indent;
      else if (/^[{[]/.test(value)) flow(rest, state);
      else if (value) around.values[own] = value;
    } else if (/^[{[]/.test(text)) flow(text, state);
  }
  const path = stack.map((one) => one.key);
  if (!state.open.length) return { ...at, path };
  const open = state.open[state.open.length - 1];
  state.open.forEach((one) => { if (one.key !== null) path.push(one.key); });
  const typed = { path, word: state.word.trimStart(), place: open.list || open.key !== null ? 'value' : 'key' };
  return { ...typed, around: open.list ? group() : open };
}

// --- what the schema says of a place ---

const named = (node) => (node.$ref ? SCHEMA.$defs[node.$ref.split('/').pop()] : node);
const options = (node) => {
  const own = named(node);
  const inner = own.anyOf || own.oneOf;
  return inner ? inner.flatMap(options) : [own];
};
const kindOf = (node) => {
  const kinds = options(node).flatMap((one) => (one.const !== undefined ? [`${one.const}`] : one.enum ? one.enum.map(String)
    : one.type === 'boolean' ? ['true', 'false'] : []));
  return [...new Set(kinds)];
};

function inside(nodes, part) { // the schemas of one key or entry
  return nodes.flatMap(options).flatMap((one) => {
    if (typeof part === 'number') return one.items ? [one.items] : one.prefixItems || [];
    if (one.properties?.[part]) return [one.properties[part]];
    const fitting = Object.entries(one.patternProperties || {}).filter(([pattern]) => new RegExp(pattern).test(part)).map(([, node]) => node);
    if (fitting.length) return fitting;
    return one.additionalProperties && one.additionalProperties !== true ? [one.additionalProperties] : [];
  });
}

function schemas(path) {
  let nodes = [SCHEMA];
  for (const part of path) nodes = inside(nodes, part);
  return nodes;
}

const saying = (nodes) => {
  const own = nodes.map((node) => node.description || named(node).description).filter(Boolean);
  return [...new Set(own)].join(' ');
};

function keysOf(nodes, around) { // key → what it means, of the kinds that the text's own 'type' leaves
  let kinds = nodes.flatMap(options).filter((one) => one.properties);
  const fitting = kinds.filter((one) => { const type = one.properties.type; return type && around.values.type && kindOf(type).includes(around.values.type); });
  if (fitting.length) kinds = fitting;
  const found = new Map();
  kinds.forEach((one) => Object.entries(one.properties).forEach(([key, node]) => {
    if (!found.has(key)) found.set(key, { node, must: (one.required || []).includes(key) });
  }));
  return found;
}

function names(lines, section) { // what the text itself defines under a section
  const found = [];
  let within = false;
  let depth = null;
  lines.forEach((line) => {
    if (/^\S/.test(line) && !line.startsWith('#')) { within = line.startsWith(`${section}:`); depth = null; }
    else if (within) {
      const key = /^(\s+)([A-Za-z]\w*)\s*:/.exec(line);
      if (key && (depth === null || key[1].length === depth)) { depth = key[1].length; found.push(key[2]); }
    }
  });
  return found;
}

function referred(lines, path) { // names that the text defines and that may be written here
  const last = path[path.length - 1];
  const list = path.findLast((part) => typeof part === 'string');
  if (last === 'format' && path[0] === 'items') return names(lines, 'formats');
  if (last === 'network' && path[0] === 'pages') return names(lines, 'networks');
  if (['items', 'interpreters', 'item', 'show_if', 'when', 'weak', 'strong'].includes(list) && path.length > 1) return names(lines, 'items');
  return [];
}

export function help(lines, row, column) {
  const rest = /^\w*\s*:(?=\s|$)/.exec((lines[row] ?? '').slice(column)); // within a key: what it means
  const at = caretAt(lines, row, column + (rest ? rest[0].length : 0));
  if (!at) return null;
  const own = at.place === 'value' ? schemas(at.path) : [];
  const suggestions = [];
  const typed = at.word;
  const condition = /[\s(]/.test(typed.trim()) ? typed.split(/[\s()]+/).pop() : typed;
  const add = (text, says, note = '') => suggestions.push({ text, says, note });
  if (at.place === 'key') {
    keysOf(schemas(at.path), at.around).forEach(({ node, must }, key) => {
      if (!at.around.keys.includes(key)) add(`${key}: `, saying([node]), must ? 'needed' : '');
    });
  } else {
    own.flatMap(kindOf).forEach((value) => add(value, ''));
    referred(lines, at.path).forEach((name) => add(name, ''));
  }
  const fits = suggestions.filter((one) => one.text.startsWith(condition.trim()) && one.text.trim() !== condition.trim());
  return { path: at.path, says: saying(schemas(at.path)) || saying(schemas(at.path.slice(0, -1))), typed: condition.trim(), place: at.place, suggestions: (condition.trim() ? fits : suggestions).slice(0, FEW) };
}

export const shownPath = (path) => path.map((part) => (typeof part === 'number' ? `entry ${part + 1}` : part)).join(' › ');

export function everyKey() { // [where it stands, key, what it means], each once
  const rows = [];
  const seen = new Set();
  const visit = (node, where) => options(node).forEach((one) => {
    Object.entries(one.properties || {}).forEach(([key, inner]) => {
      const type = one.properties.type && kindOf(one.properties.type);
      const of = type && type.length === 1 ? `${where} (${type[0]})` : where;
      const says = saying([inner]);
      if (seen.has(`${of} ${key} ${says}`)) return;
      seen.add(`${of} ${key} ${says}`);
      rows.push([of, key, says]);
      visit(inner, where ? `${where} › ${key}` : key);
    });
    Object.values(one.patternProperties || {}).forEach((inner) => visit(inner, `${where} › NAME`));
    if (one.items) visit(one.items, where);
  });
  visit(SCHEMA, '');
  return rows;
}

// --- the editor ---

function build(component) {
  const root = component.parentElement;
  const host = make('div', { class: 'ed' });
  const gutter = make('div', { class: 'gutter', 'aria-hidden': 'true' });
  const area = make('textarea', { id: 'text', spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', wrap: 'off', 'aria-describedby': 'keys' });
  const state = { host, area, gutter, revision: null, timer: null, text: null, marks: new Map(), lines: 0, went: null };
  state.status = make('p', { class: 'status', role: 'status' });
  state.problems = make('div', { class: 'problems' });
  state.key = make('p', { class: 'key' });
  state.says = make('p', { class: 'says' });
  state.list = make('ul', { class: 'list' });
  state.fold = make('details', {}, make('summary', { text: 'Every key, and what it means' }));
  state.look = make('button', { type: 'button', text: 'Show the page of this line', onclick: () => { flush(state); state.component.setTriggerValue('look', { line: rowOf(area) + 1, id: `${Date.now()}` }); } });
  host.append(
    make('label', { for: 'text', text: 'The questionnaire as YAML' }),
    make('div', { class: 'box' }, gutter, area),
    make('p', { class: 'quiet', id: 'keys', text: 'Ctrl and Space: to what may stand here. Escape: back to the text. Tab leaves it.' }),
    make('div', { class: 'row' }, state.status, state.look),
    state.problems,
    make('section', { class: 'help', 'aria-label': 'Help with this line' }, state.key, state.says, state.list),
    state.fold,
  );
  state.fold.addEventListener('toggle', () => { if (state.fold.open && !state.filled) fill(state); });
  area.addEventListener('input', () => { numbers(state); later(state); });
  area.addEventListener('blur', () => flush(state));
  area.addEventListener('scroll', () => { gutter.scrollTop = area.scrollTop; });
  ['keyup', 'click', 'input', 'focus'].forEach((kind) => area.addEventListener(kind, () => helped(state)));
  host.addEventListener('keydown', (event) => keyed(state, event));
  root.replaceChildren(make('style', { text: STYLE }), host);
  return state;
}

const rowOf = (area) => area.value.slice(0, area.selectionStart).split('\n').length - 1;
const columnOf = (area) => area.selectionStart - (area.value.lastIndexOf('\n', area.selectionStart - 1) + 1);

function keyed(state, event) {
  event.stopPropagation(); // Streamlit's shortcuts are not for who writes
  const { area, list } = state;
  const buttons = [...list.querySelectorAll('button')];
  const at = buttons.indexOf(event.target);
  if (event.target === area && event.key === ' ' && event.ctrlKey) { event.preventDefault(); buttons[0]?.focus(); }
  else if (event.target === area && event.key === 'Enter' && !event.ctrlKey) {
    const line = area.value.slice(0, area.selectionStart).split('\n').pop();
    const lead = /^\s*/.exec(line)[0] + (/^\s*- \S/.test(line) || /:\s*$/.test(line) ? '  ' : '');
    if (lead) { event.preventDefault(); put(area, `\n${lead}`, 0); }
  } else if (event.key === 'Escape' && event.target !== area) { event.preventDefault(); area.focus(); }
  else if (at >= 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    event.preventDefault();
    (buttons[at + (event.key === 'ArrowDown' ? 1 : -1)] || buttons[at]).focus();
  }
}

function put(area, text, before) { // keeps the browser's Undo
  area.focus();
  area.setSelectionRange(area.selectionStart - before, area.selectionEnd);
  if (!document.execCommand('insertText', false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

function helped(state) {
  const { area } = state;
  const found = help(area.value.split('\n'), rowOf(area), columnOf(area));
  const shown = JSON.stringify(found);
  if (shown === state.helped) return;
  state.helped = shown;
  state.key.textContent = found && found.path.length ? shownPath(found.path) : 'The whole questionnaire';
  state.says.textContent = found ? found.says : 'A comment or words of your own.';
  state.list.classList.toggle('short', Boolean(found) && found.suggestions.every((one) => !one.says && !one.note));
  state.list.replaceChildren(...(found ? found.suggestions : []).map((one) => make('li', {},
    make('button', { type: 'button', text: one.text.trim(), onclick: () => put(area, one.text, found.typed.length) }),
    one.says || one.note ? make('span', { text: [one.note && '(needed)', one.says].filter(Boolean).join(' ') }) : null)));
}

function fill(state) {
  state.filled = true;
  const rows = everyKey();
  const list = make('dl', {});
  const show = (wanted) => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = rows.filter((row) => words.every((word) => row.join(' ').toLowerCase().includes(word)));
    list.replaceChildren(...fitting.slice(0, 200).map(([where, key, says]) => make('div', {},
      make('dt', {}, make('code', { text: key }), where ? make('span', { text: ` in ${where}` }) : null), make('dd', { text: says }))));
    count.textContent = fitting.length === 1 ? 'One key.' : `${fitting.length} keys.`;
  };
  const count = make('p', { class: 'quiet', role: 'status' });
  const search = make('input', { type: 'search', id: 'find', oninput: () => show(search.value) });
  state.fold.append(make('label', { for: 'find', text: 'Search the keys' }), search, count, list);
  show('');
}

function numbers(state) {
  const count = state.area.value.split('\n').length;
  if (count === state.lines && !state.remark) return;
  state.remark = false;
  state.lines = count;
  state.gutter.replaceChildren(...Array.from({ length: count }, (_, i) => {
    const told = state.marks.get(i + 1);
    return make('span', { text: `${i + 1}`, class: told ? 'bad' : null, title: told || null });
  }));
  state.gutter.append(make('span', { class: 'end' }));
  state.gutter.scrollTop = state.area.scrollTop;
}

function later(state) {
  clearTimeout(state.timer);
  state.status.textContent = '…';
  state.timer = setTimeout(() => flush(state), PAUSE);
}

function flush(state) {
  clearTimeout(state.timer);
  if (state.area.value === state.text) return;
  state.text = state.area.value;
  state.component.setStateValue('text', { text: state.text, revision: state.revision });
}

function goTo(state, line, column) {
  const { area } = state;
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const end = start + (lines[line - 1] || '').length;
  area.focus();
  area.setSelectionRange(Math.min(start + Math.max(0, column - 1), end), Math.min(start + Math.max(0, column - 1), end));
  const high = parseFloat(getComputedStyle(area).lineHeight);
  area.scrollTop = Math.max(0, (line - 4) * high);
  area.scrollLeft = Math.max(0, (column - 30) * 7);
  helped(state);
}

function told(state, data) {
  const { problems } = data;
  state.marks = new Map();
  problems.forEach(({ line, text }) => state.marks.set(line, [state.marks.get(line), text].filter(Boolean).join(' ')));
  state.remark = true;
  numbers(state);
  if (state.area.value === data.text) state.status.textContent = data.status;
  state.status.classList.toggle('bad', problems.length > 0);
  state.problems.replaceChildren(problems.length ? make('ol', { 'aria-label': 'Mistakes' }, ...problems.map((one) => make('li', {},
    one.line ? make('button', { type: 'button', text: `Line ${one.line}`, onclick: () => goTo(state, one.line, one.column) }) : null,
    make('span', { text: one.text }),
    one.page ? make('button', { type: 'button', text: `Page ${one.page}`, onclick: () => state.component.setTriggerValue('look', { page: one.page, id: `${Date.now()}` }) }) : null))) : '');
}

const editors = new WeakMap();

export default function (component) {
  const { data, parentElement } = component;
  let state = editors.get(parentElement);
  if (!state) { state = build(component); editors.set(parentElement, state); }
  state.component = component;
  if (state.revision !== data.revision) {
    state.revision = data.revision;
    state.area.value = data.text;
    state.text = data.text;
    state.lines = 0;
  }
  told(state, data);
  if (data.goto && data.goto.id !== state.went) {
    const first = state.went === null && !data.goto.line;
    state.went = data.goto.id;
    if (!first && data.goto.line) goTo(state, data.goto.line, 1);
  }
  helped(state);
}
