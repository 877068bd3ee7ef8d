// The inputs of a page: real HTML inputs, one builder for each type of answer format. All text goes in by textContent.

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') node.textContent = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

const safe = (id) => `tf-${id.replace(/[^A-Za-z0-9_-]/g, '-')}`;

function described(item) {
  return [item.hint ? `${safe(item.id)}-hint` : '', `${safe(item.id)}-error`].filter(Boolean).join(' ');
}

function option(item, type, choice, value, change) {
  const input = make('input', { type, name: item.id, value: choice.code });
  input.checked = type === 'radio' ? value === choice.code : (value || []).includes(choice.code);
  input.addEventListener('change', () => change(input));
  return make('label', { class: choice.instead ? 'tf-option tf-instead' : 'tf-option' }, input,
    make('span', { class: 'tf-label', text: choice.label }));
}

// The line for the respondent's own words, right below the choice that opens it.
function withOther(item, labels, context) {
  if (!item.other) return labels;
  const { other } = item;
  const id = safe(other.id);
  const value = other.id in context.picks ? context.picks[other.id] : other.value;
  const problem = context.problems[other.id];
  const field = make('input', { type: 'text', id, name: other.id, class: 'tf-text', maxlength: other.max_length, autocomplete: 'off',
    'aria-describedby': `${id}-error`, 'aria-invalid': problem ? 'true' : null });
  field.value = value ?? '';
  field.addEventListener('input', () => context.pick(other, field.value));
  const error = make('p', { class: 'tf-problem', id: `${id}-error`, lang: context.spoken, dir: context.spokenDir, text: problem || '', hidden: !problem });
  const box = make('div', { class: 'tf-own-words', 'data-item': other.id, 'data-type': 'text' },
    make('label', { for: id, class: 'tf-hint', lang: context.spoken, dir: context.spokenDir, text: other.label }), field, error);
  if (problem) box.classList.add('tf-marked', context.soft.includes(other.id) ? 'tf-soft' : 'tf-hard');
  const opener = labels.map((label) => label.querySelector('input')).find((input) => input.value === other.code);
  const open = () => { box.hidden = !opener.checked; };
  labels.forEach((label) => label.addEventListener('change', open));
  open();
  return labels.flatMap((label) => (label.contains(opener) ? [label, box] : [label]));
}

function radios(item, value, pick, context) {
  return withOther(item, item.options.map((choice) => option(item, 'radio', choice, value, (input) => pick(input.value))), context);
}

function ticks(item, value, pick, context) {
  const labels = item.options.map((choice) => option(item, 'checkbox', choice, value, changed));
  const inputs = labels.map((label) => label.querySelector('input'));
  const alone = new Set(item.options.filter((choice) => choice.exclusive).map((choice) => choice.code));
  function changed(now) {
    // 'None of these' excludes all others, and each of the others excludes it.
    if (now.checked) inputs.forEach((i) => { if (i !== now && (alone.has(i.value) || alone.has(now.value))) i.checked = false; });
    pick(inputs.filter((i) => i.checked).map((i) => i.value));
  }
  return withOther(item, labels, context);
}

// The ways not to answer, for what is not picked out of a list: a tick that clears the answer, which an answer clears.
function insteadOf(item, context, declined, choose) {
  const ways = item.instead.map((way) => {
    const input = make('input', { type: 'checkbox', name: `${item.id}!`, value: way.code });
    input.checked = declined === way.code;
    input.addEventListener('change', () => choose(input.checked ? way.code : null));
    return make('label', { class: 'tf-option tf-instead' }, input, make('span', { class: 'tf-label', lang: context.spoken, dir: context.spokenDir, text: way.label }));
  });
  return make('div', { class: 'tf-ways' }, ...ways);
}

function line(item, value, pick, extra) {
  const input = make('input', { id: safe(item.id), name: item.id, type: 'text', autocomplete: 'off',
    'aria-labelledby': `${safe(item.id)}-q`, 'aria-describedby': described(item), ...extra });
  input.value = value ?? '';
  input.addEventListener('input', () => pick(input.value));
  return input;
}

function number(item, value, pick) {
  const saved = value === item.value && value ? value.replace('.', item.decimal) : value; // what was typed stays as it was typed
  const input = line(item, saved, pick, { inputmode: item.whole ? 'numeric' : 'decimal', class: 'tf-number', maxlength: 40 });
  return [make('div', { class: 'tf-with-unit' }, input, item.unit && make('span', { class: 'tf-unit', text: item.unit }))];
}

function text(item, value, pick, { words }) {
  const several = (item.lines || 1) > 1;
  const field = several
    ? make('textarea', { id: safe(item.id), name: item.id, rows: item.lines, 'aria-labelledby': `${safe(item.id)}-q`,
      'aria-describedby': described(item), autocomplete: 'off' })
    : line(item, value, pick, { class: 'tf-text' });
  if (several) {
    field.value = value ?? '';
    field.addEventListener('input', () => pick(field.value));
  }
  if (!item.max_length) return [field];
  field.setAttribute('maxlength', item.max_length);
  if (item.uncounted) return [field];
  const left = make('p', { class: 'tf-hint' });
  const count = () => { left.textContent = words.characters_left.replace('{count}', item.max_length - field.value.length); };
  field.addEventListener('input', count);
  count();
  return [field, left];
}

function slider(item, value, pick, { words }) {
  const touched = value !== null && value !== undefined && value !== '';
  const input = make('input', { id: safe(item.id), name: item.id, type: 'range', min: item.min, max: item.max, step: 'any',
    class: touched ? 'tf-range' : 'tf-range tf-untouched', 'aria-labelledby': `${safe(item.id)}-q`,
    'aria-describedby': described(item), 'aria-valuetext': touched ? null : words.slider_untouched });
  if ((item.max - item.min) >= 10 && Number.isInteger(item.min)) input.step = 1;
  input.value = touched ? value : (item.min + item.max) / 2;
  const told = (number) => `${String(number).replace('.', item.decimal)} ${item.unit || ''}`;
  const shown = make('output', { class: 'tf-unit', for: safe(item.id), text: touched ? told(value) : words.slider_untouched });
  const chosen = () => {
    input.classList.remove('tf-untouched');
    input.removeAttribute('aria-valuetext');
    shown.textContent = told(input.value);
    pick(input.value);
  };
  input.addEventListener('input', chosen);
  input.addEventListener('click', chosen); // a click on the middle chooses it, though nothing moves
  input.addEventListener('keydown', (event) => {
    if (event.key !== ' ') return; // and so does the space bar
    event.preventDefault();
    chosen();
  });
  const ends = item.ends.length ? [item.ends[0], item.ends[item.ends.length - 1]] : [item.min, item.max];
  return [input, make('div', { class: 'tf-ends' }, ...ends.map((end) => make('span', { text: String(end) }))), shown];
}

function date(item, value, pick) {
  return [line(item, value, pick, { type: 'date', min: item.min, max: item.max, class: 'tf-number' })];
}

function rank(item, value, pick, { words }) {
  const places = item.options.map((_, index) => String(index + 1));
  const chosen = Array.isArray(value) ? Object.fromEntries(value.map((code, index) => [code, String(index + 1)])) : { ...value };
  return item.options.map((choice) => {
    const id = `${safe(item.id)}-${safe(choice.code)}`;
    const select = make('select', { id, name: `${item.id}.${choice.code}` }, make('option', { value: '', text: words.choose }),
      ...places.map((place) => make('option', { value: place, text: place })));
    select.value = chosen[choice.code] || '';
    select.addEventListener('change', () => {
      chosen[choice.code] = select.value;
      pick({ ...chosen });
    });
    return make('div', { class: 'tf-rank' }, select, make('label', { for: id, text: choice.label }));
  });
}

// What is sent for a pick. Of a ranking: the codes in order; two on one place are sent so that the server says what is wrong.
function sendable(item, value) {
  if (item.type !== 'rank' || !value || Array.isArray(value) || '!' in value) return value;
  const given = Object.entries(value).filter(([, place]) => place).sort((a, b) => a[1] - b[1]);
  const tied = new Set(given.map(([, place]) => place)).size < given.length;
  return given.map(([code]) => (tied ? given[0][0] : code));
}

const BUILDERS = { likert: radios, choice: radios, multichoice: ticks, number, text, slider, date, rank, people };
const GROUPED = { likert: 'radiogroup', choice: 'radiogroup', multichoice: 'group', rank: 'group', people: 'group' };

function question(item, context, row) {
  const id = safe(item.id);
  const problem = context.problems[item.id];
  const value = item.id in context.picks ? context.picks[item.id] : item.value;
  const declined = value && typeof value === 'object' && '!' in value ? value['!'] : (item.id in context.picks ? null : item.declined);
  const answered = (picked) => {
    ways?.querySelectorAll('input').forEach((input) => { input.checked = false; });
    context.pick(item, picked);
  };
  const build = (now) => BUILDERS[item.type](item, now, answered, context);
  const options = make('div', { class: 'tf-options' }, ...build(declined ? null : value));
  const ways = item.instead && insteadOf(item, context, declined, (code) => {
    ways.querySelectorAll('input').forEach((input) => { input.checked = input.value === code; });
    options.replaceChildren(...build(null));
    context.pick(item, code ? { '!': code } : null);
  });
  const role = GROUPED[item.type];
  const box = make('div', { class: row ? 'tf-question tf-row' : 'tf-question tf-card', 'data-item': item.id, 'data-type': item.type,
    role, 'aria-labelledby': role && `${id}-q`, 'aria-describedby': role && described(item),
    'aria-required': role === 'radiogroup' && item.required ? 'true' : null,
    'aria-invalid': role === 'radiogroup' && problem ? 'true' : null },
  make(role ? 'p' : 'label', { class: 'tf-q', id: `${id}-q`, for: role ? null : id, text: item.text }),
  item.hint && make('p', { class: 'tf-hint', id: `${id}-hint`, lang: context.spoken, dir: context.spokenDir, text: item.hint }),
  options,
  ways,
  make('p', { class: 'tf-problem', id: `${id}-error`, lang: context.spoken, dir: context.spokenDir, text: problem || '', hidden: !problem }));
  if (problem) box.classList.add('tf-marked', context.soft.includes(item.id) ? 'tf-soft' : 'tf-hard');
  const field = box.querySelector('input[type=text], input[type=date], input[type=range], textarea');
  if (field && !role) {
    if (problem) field.setAttribute('aria-invalid', 'true');
    if (item.required) field.setAttribute('aria-required', 'true');
  }
  return box;
}

// Where the options stand in a matrix: beside the texts, else in a row below each, else one below the other as on a phone.
function layout(options) {
  const longest = Math.max(...options.flatMap((choice) => choice.label.split(/[\s\u00ad-]+/)).map((word) => word.length));
  const column = Math.max(Math.min(5, 8.5 - 0.7 * options.length), 3.25, 0.45 * longest + 0.25); // rem; 0.45 a letter
  const width = column * options.length;
  return { column, kind: width <= 27 ? 'tf-beside' : width <= 43 ? 'tf-below' : 'tf-stacked' };
}

function matrix(block, context) {
  const options = block.items[0].options;
  const { column, kind } = layout(options);
  const head = make('div', { class: 'tf-matrix-head', 'aria-hidden': 'true' }, make('span'),
    make('div', { class: 'tf-options' }, ...options.map((choice) => make('span', { text: choice.label }))));
  const box = make('div', { class: `tf-card tf-matrix ${kind}` }, head, ...block.items.map((item) => question(item, context, true)));
  box.style.setProperty('--tf-options', options.length);
  box.style.setProperty('--tf-column', `${column}rem`);
  return box;
}
