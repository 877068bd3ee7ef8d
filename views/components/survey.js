// One page of a survey as one component: what Python describes is shown, what the respondent presses is sent back.
// Picks that are not sent yet live in this browser tab's session storage, so that a reload or a restart loses none.

const SLOW = 10000; // ms after which a press without an answer may be repeated
const DOUBLE = 500; // ms in which the second click of a double click can fall on the page that the first one brought
const app = () => document.querySelector('[data-testid="stApp"]');

function kept(view) {
  try {
    const found = JSON.parse(sessionStorage.getItem(`twofold/${view.id}`));
    return found && found.base === base(view) ? found : null; // answers saved since then, elsewhere, win over old picks
  } catch { return null; }
}

function keep(state) {
  const { view, picks, shown } = state;
  try { sessionStorage.setItem(`twofold/${view.id}`, JSON.stringify({ base: base(view), picks, shown })); } catch { /* full or forbidden */ }
}

function forget(view) {
  try { sessionStorage.removeItem(`twofold/${view.id}`); } catch { /* forbidden */ }
}

function remember(visit) { // an open link's nonce in the address counts in this browser alone: addresses are passed on
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `twofold_visit=${visit || ''}; Path=/; SameSite=Strict${visit ? '' : '; Max-Age=0'}${secure}`;
}

function seen(name) { // the next opening by this browser is not a new visitor; it says nothing of whose browser it is
  document.cookie = `${name}=1; Path=/; SameSite=Lax${location.protocol === 'https:' ? '; Secure' : ''}`;
}

function device() { // a class, never the browser's own name
  if (!matchMedia('(pointer: coarse)').matches) return 'desktop';
  return Math.min(screen.width, screen.height) < 600 ? 'phone' : 'tablet';
}

function forgetAll() { // the end: the next person at this screen finds nothing
  remember(null);
  try {
    Object.keys(sessionStorage).filter((key) => key.startsWith('twofold/')).forEach((key) => sessionStorage.removeItem(key));
  } catch { /* forbidden */ }
}

const items = (view) => (view.blocks || []).flatMap((block) => block.items);
const same = (one, other) => !other.notice && JSON.stringify({ ...one, echo: 0 }) === JSON.stringify({ ...other, echo: 0 });
function base(view) { // a fingerprint, so that no saved answer lies in the browser
  const text = JSON.stringify(items(view).map((item) => [item.id, item.value, item.declined, item.other?.value]));
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

function start(root) {
  const state = { root, view: null, picks: {}, shown: Date.now(), busy: false, online: true, press: null, arrived: 0 };
  state.connection = new MutationObserver(() => connected(state));
  if (app()) state.connection.observe(app(), { attributes: true, attributeFilter: ['data-test-connection-state'] });
  // Streamlit puts a dialog for developers over the page when the server is away, which makes everything below it inert.
  state.dialogs = new MutationObserver(() => document.querySelector('[data-testid="stDialog"] button[aria-label="Close"]')?.click());
  state.dialogs.observe(document.body, { childList: true });
  root.addEventListener('keydown', (event) => event.stopPropagation()); // Streamlit's shortcuts are not for respondents
  root.addEventListener('click', (event) => { // it would pick an answer there, or send the page unread
    const second = event.detail > 1 && Date.now() - state.arrived < DOUBLE;
    state.arrived = 0;
    if (!second) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.documentElement.classList.add('tf-survey');
  return state;
}

function connected(state) {
  const online = app().getAttribute('data-test-connection-state') === 'CONNECTED';
  if (online === state.online) return;
  state.online = online;
  state.busy = false;
  tell(state, online ? state.view.words.online : state.view.words.offline, online);
  buttons(state);
}

function tell(state, text, passing) {
  const bar = state.root.querySelector('.tf-connection');
  if (!bar) return;
  bar.textContent = text;
  bar.classList.toggle('tf-shown', Boolean(text));
  clearTimeout(state.quiet);
  if (passing) state.quiet = setTimeout(() => tell(state, '', false), 4000);
}

function buttons(state) {
  const waiting = state.busy || !state.online;
  state.root.querySelectorAll('[data-press]').forEach((button) => {
    button.setAttribute('aria-disabled', String(waiting));
    const pressed = state.busy && state.press && button.dataset.press === state.press.action;
    button.textContent = pressed ? state.view.words.saving : button.dataset.label;
  });
}

function press(state, action) {
  if (state.busy || !state.online) return; // a double click is one press
  const { view } = state;
  const answers = {};
  items(view).flatMap((item) => [item, item.other]).filter(Boolean).forEach((item) => {
    const saved = item.declined ? { '!': item.declined } : item.value;
    answers[item.id] = item.id in state.picks ? sendable(item, state.picks[item.id]) : saved;
  });
  state.busy = true;
  // Saved perhaps, and the server's word of it lost: the same page with the same answers goes under the same number.
  const lost = state.unheard;
  const again = lost && lost.action === action && lost.page === view.page && JSON.stringify(lost.answers) === JSON.stringify(answers);
  state.press = { id: `${Date.now()}-${Math.random()}`, action, page: view.page || null, sequence: (again ? lost.sequence : view.sequence) ?? null,
    insist: Boolean(view.insist), device: device(), elapsed: Date.now() - state.shown, answers: action === 'next' ? answers : {} };
  state.unheard = state.press;
  buttons(state);
  state.send(state.press);
  clearTimeout(state.watch);
  state.watch = setTimeout(() => {
    if (!state.busy) return;
    state.busy = false;
    buttons(state);
    tell(state, view.words.slow, false);
  }, SLOW);
}

function pick(state, item, value) {
  state.picks[item.id] = value;
  keep(state);
  const box = state.root.querySelector(`[data-item="${CSS.escape(item.id)}"]`);
  if (!box || !box.classList.contains('tf-marked')) return;
  box.classList.remove('tf-marked', 'tf-hard', 'tf-soft');
  box.removeAttribute('aria-invalid');
  box.querySelectorAll('[aria-invalid]').forEach((node) => node.removeAttribute('aria-invalid'));
  box.querySelector(':scope > .tf-problem').hidden = true;
  const left = (kind) => state.root.querySelector(`.tf-${kind}`);
  if (!left('hard')) left('notice.tf-error')?.remove();
  if (left('marked')) return;
  left('notice')?.remove();
  left('primary').dataset.label = state.view.next;
  buttons(state);
}

function show(state, view) {
  const before = state.view;
  const answered = state.press && view.echo === state.press.id; // this is the server's answer to our press
  const moved = !before || before.id !== view.id;
  if (answered) state.unheard = null;
  if (before && same(before, view)) { // after a reconnection: nothing to draw, nothing to lose the focus over
    state.view = view;
    state.busy = false;
    buttons(state);
    return;
  }
  if (answered && moved && state.press.action === 'next') forget(before);
  if (view.discard) forget(view);
  if (moved || view.discard) {
    const found = kept(view);
    state.picks = found ? found.picks : {};
    state.shown = found ? found.shown : Date.now();
  }
  state.view = view;
  state.busy = false;
  clearTimeout(state.watch);
  document.documentElement.lang = view.lang;
  document.documentElement.dir = view.dir;
  draw(state);
  if (view.visit) remember(view.visit);
  if (view.seen) seen(view.seen);
  if (items(view).length) keep(state);
  if (view.kind === 'message') forgetAll();
  if (answered && state.press.action === 'language') state.root.querySelector('.tf-languages [aria-current]')?.focus({ preventScroll: true });
  else if (before && (moved || view.discard)) arrive(state);
  else if (answered && view.notice) attend(state);
}

function arrive(state) {
  state.arrived = Date.now();
  // After Next a phone would stay at the bottom, with the focus on nothing.
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  window.scrollTo(0, 0);
  state.root.querySelector('h1').focus({ preventScroll: true });
}

function attend(state) {
  const first = state.root.querySelector('.tf-marked');
  const target = first && (first.querySelector('input:checked') || first.querySelector('input, textarea, select'));
  (target || state.root.querySelector('.tf-notice')).focus({ preventScroll: true });
  (first || state.root.querySelector('.tf-notice')).scrollIntoView({ block: 'center' });
}

function draw(state) {
  const { view, root } = state;
  const context = { picks: state.picks, problems: view.problems || {}, soft: view.soft || [], words: view.words, spoken: view.spoken, spokenDir: view.spoken_dir,
    pick: (item, value) => pick(state, item, value) };
  const form = make('form', { class: 'tf-form', novalidate: true },
    ...(view.blocks || []).map((block) => (block.kind === 'between' ? between : block.matrix ? matrix : single)(block, context)),
    steps(state));
  form.addEventListener('submit', (event) => { event.preventDefault(); if (view.next) press(state, 'next'); });
  const page = make('div', { class: `tf tf-${view.kind} tf-screen-${view.screen || 'whole'} tf-${view.tone || 'plain'}`, lang: view.lang, dir: view.dir, 'data-page': view.page || view.id },
    view.preview && make('p', { class: 'tf-preview', role: 'status', lang: view.spoken, dir: view.spoken_dir, text: view.words.preview }),
    view.pilot && make('p', { class: 'tf-preview', role: 'note', lang: view.spoken, dir: view.spoken_dir, text: view.pilot }),
    make('p', { class: 'tf-connection', role: 'status', lang: view.spoken, dir: view.spoken_dir }),
    masthead(state),
    view.progress && progress(view),
    make('h1', { tabindex: -1, text: view.heading || view.title, class: view.heading ? null : 'tf-unseen' }),
    view.notice && make('p', { class: `tf-notice tf-${view.notice.tone}`, role: 'alert', tabindex: -1, lang: view.spoken, dir: view.spoken_dir, text: view.notice.text }),
    ...(view.text || []).map((paragraph) => make('p', { class: 'tf-prose', text: paragraph })),
    view.link_to && make('a', { class: 'tf-button tf-primary', href: view.link_to.href, target: '_self', text: view.link_to.label }),
    ...(view.after || []).map((paragraph) => make('p', { class: 'tf-prose', text: paragraph })),
    view.claim && make('p', { class: 'tf-prose', lang: view.spoken, dir: view.spoken_dir, text: view.claim.text }),
    view.claim && make('a', { class: 'tf-button tf-primary', href: view.claim.href, target: '_self', lang: view.spoken, dir: view.spoken_dir, text: view.claim.label }),
    view.result && ownResult(view.result),
    (view.next || view.back) && form,
    view.link && comeback(view),
    (view.other_side || view.leave) && make('p', { class: 'tf-other', lang: view.spoken },
      ...[view.other_side, view.leave].filter(Boolean).map((link) => make('a', { href: link.href, target: '_self', text: link.label }))));
  const old = root.querySelector(':scope > .tf');
  if (old) old.replaceWith(page); else root.append(page);
}

const single = (block, context) => question(block.items[0], context, false);

function masthead(state) {
  const { view } = state;
  const mark = make('span', { class: 'tf-mark', 'aria-hidden': 'true' }, make('i'), make('i'));
  return make('div', { class: 'tf-masthead' }, mark, make('p', { class: 'tf-title', text: view.title || 'Twofold' }), languages(state));
}

// Each language in its own words, for whoever cannot read the one that is shown. Picks stay: the page is the same.
function languages(state) {
  const { view } = state;
  if (!(view.languages || []).length) return null;
  return make('nav', { class: 'tf-languages', 'aria-label': view.words.language }, ...view.languages.map((one) => {
    const button = make('button', { type: 'button', lang: one.code, dir: one.dir, text: one.name, 'aria-current': one.current ? 'true' : null });
    button.addEventListener('click', () => {
      if (one.current || state.busy || !state.online) return;
      state.busy = true;
      state.press = { id: `${Date.now()}-${Math.random()}`, action: 'language', language: one.code };
      buttons(state);
      state.send(state.press);
    });
    return button;
  }));
}

function progress({ progress: done, spoken, spoken_dir: dir }) {
  const bar = make('div', { class: 'tf-progress', role: 'progressbar', 'aria-label': done.label, 'aria-valuenow': done.percent,
    'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuetext': done.text }, make('span'));
  bar.firstChild.style.inlineSize = `${done.percent}%`;
  return make('div', { class: 'tf-done' }, bar, make('span', { 'aria-hidden': 'true', lang: spoken, dir, text: done.text }));
}

function steps(state) {
  const { view } = state;
  const button = (action, label, kind) => {
    const node = make('button', { type: action === 'next' ? 'submit' : 'button', class: `tf-button ${kind}`, 'data-press': action,
      'data-label': label, text: label, lang: view.spoken, dir: view.spoken_dir });
    if (action === 'back') node.addEventListener('click', () => press(state, 'back'));
    return node;
  };
  return make('div', { class: 'tf-steps' }, view.next && button('next', view.anyway || view.next, 'tf-primary'),
    view.back && button('back', view.back, 'tf-quiet'));
}

function comeback(view) {
  const address = `${location.origin}${location.pathname}${view.link}`;
  const field = make('input', { type: 'text', readonly: true, id: 'tf-link', 'aria-label': view.words.link_label });
  field.value = address;
  field.addEventListener('focus', () => field.select());
  const copy = make('button', { type: 'button', class: 'tf-button tf-quiet', text: view.words.copy });
  copy.addEventListener('click', async () => {
    let done = false;
    try { await navigator.clipboard.writeText(address); done = true; } catch { field.select(); done = document.execCommand('copy'); }
    said.textContent = done ? view.words.copied : view.words.copy_failed;
  });
  const said = make('span', { role: 'status', class: 'tf-hint' });
  return make('details', { class: 'tf-link', lang: view.spoken, dir: view.spoken_dir }, make('summary', { text: view.link_label || view.words.link_label }),
    make('div', { class: 'tf-link-row' }, field, copy, said), make('p', { class: 'tf-hint', text: view.words.link_hint }));
}

export default function survey({ data, parentElement, setTriggerValue }) {
  const state = parentElement.twofold ??= start(parentElement);
  if (!parentElement.querySelector(':scope > style')) parentElement.prepend(make('style', { text: STYLE }));
  state.send = (payload) => setTriggerValue('sent', payload);
  show(state, data);
  return () => {
    state.connection.disconnect();
    state.dialogs.disconnect();
    clearTimeout(state.watch);
    document.documentElement.classList.remove('tf-survey');
    delete parentElement.twofold;
  };
}
