// People: a list of names with one box to add to it, and who knows whom as a drawing above a plain list of pairs.

const SVG = 'http://www.w3.org/2000/svg';
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
const plainName = (name) => name.trim().replace(/\s+/g, ' ');
const likeness = (name) => plainName(name).normalize('NFKD').replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();

function people(item, value, pick, { words }) {
  const rows = (value || []).map(([tie, name]) => [tie, name]);
  const earlier = item.earlier || [];
  const known = new Set(earlier.map(([tie]) => tie));
  const said = make('p', { role: 'status', class: 'tf-hint tf-names-said' });
  const count = make('p', { class: 'tf-hint' });
  const list = make('ul', { class: 'tf-names', 'aria-label': words.people_listed });
  const box = make('input', { id: safe(item.id), type: 'text', maxlength: item.longest, autocomplete: 'off', autocapitalize: 'words',
    spellcheck: 'false', 'aria-label': `${item.text} ${words.people_box}`, 'aria-describedby': described(item), placeholder: words.people_box });
  const add = make('button', { type: 'button', class: 'tf-button tf-quiet', text: words.people_add });
  const adder = make('div', { class: 'tf-name-box' }, box, add);
  // What stands in the box counts too, so that nobody loses a name because they pressed Next at once.
  const send = () => pick([...rows, ...(plainName(box.value) && rows.length < item.max ? [['', plainName(box.value)]] : [])]);

  function refresh() {
    const full = rows.length >= item.max;
    count.textContent = full ? fill(words.people_full, { max: item.max }) : fill(words.people_count, { count: rows.length, max: item.max });
    adder.hidden = full;
    ticks.forEach((tick) => { tick.disabled = full && !tick.checked; });
  }

  function entry(row) {
    const field = make('input', { type: 'text', maxlength: item.longest, autocomplete: 'off', 'aria-label': words.people_box });
    [, field.value] = row;
    field.addEventListener('input', () => { row[1] = plainName(field.value); remove.setAttribute('aria-label', fill(words.people_remove, { name: row[1] })); send(); });
    field.addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); box.focus(); } });
    const remove = make('button', { type: 'button', class: 'tf-remove', 'aria-label': fill(words.people_remove, { name: row[1] }), text: '×' });
    remove.addEventListener('click', () => {
      rows.splice(rows.indexOf(row), 1);
      node.remove();
      refresh();
      send();
      said.textContent = fill(words.people_removed, { name: row[1] });
      box.focus();
    });
    const node = make('li', {}, field, remove);
    return node;
  }

  function append() {
    const name = plainName(box.value);
    if (!name || rows.length >= item.max) { box.focus(); return; }
    const again = [...rows.map(([, other]) => other), ...earlier.map(([, other]) => other)].some((other) => likeness(other) === likeness(name));
    const row = ['', name];
    rows.push(row);
    list.append(entry(row));
    box.value = '';
    refresh();
    send();
    said.textContent = fill(again ? words.people_again : words.people_added, { name });
    if (adder.hidden) list.lastChild.querySelector('input').focus(); else box.focus();
  }

  add.addEventListener('click', append);
  box.addEventListener('input', send);
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !plainName(box.value)) return; // Enter in an empty box goes on, as everywhere
    event.preventDefault();
    append();
  });
  const before = earlier.map(([tie, name, shown]) => {
    const tick = make('input', { type: 'checkbox', value: tie });
    tick.checked = rows.some(([own]) => own === tie);
    tick.addEventListener('change', () => {
      const at = rows.findIndex(([own]) => own === tie);
      if (tick.checked) rows.push([tie, name]); else rows.splice(at, 1);
      refresh();
      send();
    });
    return make('label', { class: 'tf-option' }, tick, make('span', { class: 'tf-label', text: shown }));
  });
  const ticks = before.map((label) => label.querySelector('input'));
  rows.filter(([tie]) => !known.has(tie)).forEach((row) => list.append(entry(row)));
  refresh();
  return [
    earlier.length && make('div', { class: 'tf-earlier', role: 'group', 'aria-label': words.people_before },
      make('p', { class: 'tf-hint', text: words.people_before }), ...before),
    list, adder, count, said,
  ].filter(Boolean);
}

// The drawing changes the same radio inputs that the list of pairs shows, so that both give the same answers.
function drawing(block, context, list) {
  const { words } = context;
  const { people: everybody, question } = block.drawing;
  const names = Object.fromEntries(everybody);
  const levels = block.items[0].options;
  const place = Object.fromEntries(everybody.map(([tie], index) => {
    const angle = (2 * Math.PI * index) / everybody.length - Math.PI / 2;
    return [tie, [200 + 145 * Math.cos(angle), 195 + 125 * Math.sin(angle)]];
  }));
  const inputs = (item) => [...list.querySelectorAll(`[data-item="${CSS.escape(item.id)}"] input`)];
  const level = (item) => inputs(item).find((input) => input.checked)?.value;
  const between = (a, b) => block.items.find((item) => item.pair.includes(a) && item.pair.includes(b));
  const draw = (tag, attributes, ...children) => {
    const node = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
    node.append(...children);
    return node;
  };
  const status = make('p', { role: 'status', class: 'tf-drawing-said' });
  const open = make('p', { class: 'tf-hint' });
  const lines = draw('g', {});
  const nodes = everybody.map(([tie, name]) => {
    const [x, y] = place[tie];
    const text = draw('text', { x, y: y + (y < 190 ? -42 : 52), 'text-anchor': 'middle', 'aria-hidden': 'true' });
    text.textContent = name.length > 14 ? `${name.slice(0, 13)}…` : name;
    const node = draw('g', { class: 'tf-node', role: 'button', tabindex: '-1', 'aria-pressed': 'false', 'aria-label': name, 'data-tie': tie },
      draw('circle', { cx: x, cy: y, r: 32 }), text);
    node.addEventListener('click', () => choose(tie));
    node.addEventListener('focus', () => rove(node));
    node.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step) nodes[(nodes.indexOf(node) + step + nodes.length) % nodes.length].focus();
      else if (event.key === 'Home') nodes[0].focus();
      else if (event.key === 'End') nodes[nodes.length - 1].focus();
      else if (event.key === 'Enter' || event.key === ' ') choose(tie);
      else if (event.key === 'Escape') clear(true);
      else return;
      event.preventDefault();
    });
    return node;
  });
  const svg = draw('svg', { viewBox: '0 0 400 390', class: 'tf-circle', role: 'group', 'aria-label': words.between_drawing }, lines, ...nodes);
  const chooser = make('div', { class: 'tf-levels', hidden: true });
  const rest = make('button', { type: 'button', class: 'tf-button tf-quiet', text: words.between_rest });
  let picked = [];

  function rove(node) {
    nodes.forEach((other) => other.setAttribute('tabindex', other === node ? '0' : '-1'));
  }

  function refresh() {
    lines.replaceChildren(...block.items.filter((item) => Number(level(item)) > 0).map((item) => {
      const [[x1, y1], [x2, y2]] = item.pair.map((tie) => place[tie]);
      const strength = Number(level(item)) / (levels.length - 1);
      return draw('line', { x1, y1, x2, y2, 'stroke-width': 2 + 5 * strength, class: strength < 1 ? 'tf-tie tf-some' : 'tf-tie' });
    }));
    nodes.forEach((node) => node.setAttribute('aria-pressed', String(picked.includes(node.dataset.tie))));
    const left = block.items.filter((item) => level(item) === undefined).length;
    open.textContent = left ? fill(words.between_open, { count: left }) : '';
    rest.hidden = !left;
  }

  function clear(speaks) {
    picked = [];
    chooser.hidden = true;
    chooser.replaceChildren();
    if (speaks) status.textContent = words.between_pick;
    refresh();
  }

  function choose(tie) {
    if (picked.includes(tie)) { clear(true); nodes.find((node) => node.dataset.tie === tie).focus(); return; }
    picked = [...(picked.length === 2 ? [] : picked), tie];
    chooser.hidden = true;
    refresh();
    if (picked.length === 1) { status.textContent = fill(words.between_second, { name: names[tie] }); return; }
    const [a, b] = picked;
    const item = between(a, b);
    const asks = fill(words.between_levels, { a: names[a], b: names[b], question });
    status.textContent = asks;
    const buttons = levels.map((choice) => {
      const button = make('button', { type: 'button', class: 'tf-button tf-quiet', 'aria-pressed': String(level(item) === choice.code), text: choice.label });
      button.addEventListener('click', () => settle(item, choice, nodes.find((node) => node.dataset.tie === a)));
      return button;
    });
    chooser.replaceChildren(make('p', { class: 'tf-q', text: asks }), make('div', { class: 'tf-level-row', role: 'group', 'aria-label': asks }, ...buttons));
    chooser.hidden = false;
    chooser.onkeydown = (event) => {
      const at = buttons.indexOf(document.activeElement);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step && at >= 0) buttons[(at + step + buttons.length) % buttons.length].focus();
      else if (event.key === 'Escape') { clear(true); nodes.find((node) => node.dataset.tie === a).focus(); } else return;
      event.preventDefault();
    };
    buttons[Math.max(0, levels.findIndex((choice) => choice.code === level(item)))].focus();
  }

  function set(item, code) {
    const input = inputs(item).find((one) => one.value === code);
    input.checked = true;
    input.dispatchEvent(new Event('change'));
  }

  function settle(item, choice, back) {
    set(item, choice.code);
    const [a, b] = item.pair.map((tie) => names[tie]);
    clear(false);
    status.textContent = fill(words.between_said, { a, b, level: choice.label });
    back.focus();
  }

  rest.addEventListener('click', () => {
    block.items.filter((item) => level(item) === undefined).forEach((item) => set(item, levels[0].code));
    refresh();
    status.textContent = fill(words.between_open, { count: 0 });
    nodes[0].focus();
  });
  list.addEventListener('change', refresh, true); // a radio of the list was chosen there
  rove(nodes[0]);
  clear(true);
  const how = make('p', { class: 'tf-hint', text: words.between_how });
  return make('div', { class: 'tf-card tf-drawing', lang: context.spoken }, how, svg, status, chooser, make('div', { class: 'tf-drawing-end' }, open, rest));
}

function between(block, context) {
  const list = matrix(block, context);
  const box = drawing(block, context, list);
  const heading = make('h2', { class: 'tf-list-heading', lang: context.spoken, text: context.words.between_list });
  return make('div', { class: 'tf-between' }, box, heading, list);
}
