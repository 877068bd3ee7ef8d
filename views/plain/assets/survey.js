// What the plain pages gain where JavaScript runs: picks not yet sent stay in this browser, and sending is tried again
// while the line is down. Without it every page works as a form.
(() => {
  const KEEP = 7 * 864e5; // ms that unsent picks of a survey left midway stay
  const DOUBLE = 500; // ms in which the second click of a double click can fall on the page that the first one brought
  const NEAR = 40; // px from it within which a finger falls the second time
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const wait = (ms) => new Promise((done) => { setTimeout(done, ms); window.addEventListener('online', done, { once: true }); });
  let began = Date.now();
  let busy = false;

  const stored = {
    read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
    drop(test) {
      try { Object.keys(localStorage).filter((key) => key.startsWith('twofold/') && test(key)).forEach((key) => localStorage.removeItem(key)); } catch { /* forbidden */ }
    },
  };
  let pressed = null; // where the last click was
  const turned = (now) => {
    try {
      const before = JSON.parse(sessionStorage.getItem('twofold-turned'));
      if (now) sessionStorage.setItem('twofold-turned', JSON.stringify(pressed || {})); else sessionStorage.removeItem('twofold-turned');
      return before;
    } catch { return null; }
  };
  const turn = turned(false);

  const picks = (form) => [...new FormData(form)].filter(([name]) => !name.startsWith('_'));
  const keep = (form) => stored.write(form.dataset.keep, { base: form.dataset.base, at: Date.now(), began, picks: picks(form) });

  function restore(form) {
    const { keep: key, base } = form.dataset;
    const found = stored.read(key);
    if ('discard' in form.dataset || !found || found.base !== base) { stored.drop((one) => one === key); return; }
    began = found.began;
    for (const field of all('[name]', form)) {
      if (field.name.startsWith('_') || field.type === 'submit') continue;
      const values = found.picks.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === 'radio' || field.type === 'checkbox') field.checked = values.includes(field.value);
      else if (values.length) [field.value] = values;
    }
  }

  // A slider shows no thumb until it is touched: where it began would be a hint. The box beside it works as well.
  function slider(box, words) {
    const field = box.querySelector('input');
    const { min, max, step } = box.dataset;
    const range = document.createElement('input');
    Object.assign(range, { type: 'range', min, max, step, value: field.value.replace(',', '.') || (Number(min) + Number(max)) / 2 });
    range.setAttribute('aria-labelledby', field.getAttribute('aria-labelledby'));
    const unchosen = document.createElement('span');
    unchosen.className = 'hint';
    unchosen.setAttribute('aria-hidden', 'true'); // the line says it by itself
    const follow = () => {
      unchosen.textContent = field.value ? '' : words.slider_untouched;
      range.classList.toggle('untouched', !field.value);
      if (field.value) { range.value = field.value.replace(',', '.'); range.removeAttribute('aria-valuetext'); } else range.setAttribute('aria-valuetext', words.slider_untouched);
    };
    const lead = () => { field.value = range.value; follow(); field.dispatchEvent(new Event('input', { bubbles: true })); };
    range.addEventListener('input', lead);
    range.addEventListener('click', lead); // a click on the middle chooses it, though nothing moves
    field.addEventListener('input', follow);
    box.prepend(range);
    field.parentElement.append(unchosen);
    follow();
  }

  function count(field, words) {
    const left = document.createElement('p');
    left.className = 'hint';
    const say = () => { left.textContent = words.characters_left.replace('{count}', field.maxLength - field.value.length); };
    field.addEventListener('input', say);
    field.after(left);
    say();
  }

  // A way not to answer clears the answer, and an answer clears the way.
  function leave(target) {
    const box = target.closest('[data-item]');
    const ways = box ? all('.ways input', box) : [];
    if (!ways.length) return;
    if (!ways.includes(target)) { if (target.value) ways.forEach((way) => { way.checked = false; }); return; }
    if (!target.checked) return;
    for (const field of all('input, textarea, select', box)) {
      if (ways.includes(field)) continue;
      if (field.type === 'checkbox') field.checked = false;
      else if (field.type !== 'range') { field.value = ''; if (field.closest('.slider')) field.dispatchEvent(new Event('input')); }
    }
  }

  function unmark(target) {
    const box = target.closest('.marked');
    if (!box) return;
    box.classList.remove('marked', 'hard', 'soft');
    all('.problem', box).forEach((node) => node.remove());
    all('[aria-invalid]', box).forEach((node) => node.removeAttribute('aria-invalid'));
    document.querySelector(`.notice a[href="#f-${CSS.escape(box.dataset.item)}"]`)?.closest('li').remove();
    const next = document.querySelector('[data-press=next]');
    if (document.querySelector('.marked')) return;
    document.querySelector('.notice')?.remove();
    if (next.dataset.plain) next.textContent = next.dataset.plain;
  }

  function device() { // a class, never the browser's own name
    if (!matchMedia('(pointer: coarse)').matches) return 'desktop';
    return Math.min(screen.width, screen.height) < 600 ? 'phone' : 'tablet';
  }

  function opened(path) { // counted once a tab
    try {
      if (sessionStorage.getItem('twofold-opened') === path) return;
      sessionStorage.setItem('twofold-opened', path);
    } catch { /* forbidden: counted again */ }
    navigator.sendBeacon(path);
  }

  async function send(form, button) {
    if (busy) return; // a double click is one press
    busy = true;
    const words = JSON.parse(form.dataset.words);
    form.elements._elapsed.value = Date.now() - began;
    form.elements._device.value = device();
    const body = new URLSearchParams(new FormData(form, button));
    const label = button.textContent;
    const line = document.querySelector('.line');
    button.textContent = words.saving;
    button.setAttribute('aria-disabled', 'true');
    for (let pause = 1000; ; pause = Math.min(2 * pause, 15000)) {
      try {
        const answer = await fetch(form.action, { method: 'POST', body, headers: { 'X-Twofold': 'fetch' }, signal: AbortSignal.timeout?.(20000) });
        if (![429, 502, 503, 504].includes(answer.status)) { await heard(form, body, answer); break; }
      } catch (error) { if (error.name === 'SyntaxError') throw error; }
      line.textContent = words.offline;
      form.inert = true; // what is under way must not change: the server may have it already
      await wait(pause);
    }
    form.inert = false;
    line.textContent = '';
    button.textContent = label;
    button.removeAttribute('aria-disabled');
    busy = false;
  }

  async function heard(form, body, answer) {
    const to = answer.headers.get('X-Twofold-Next');
    if (to) {
      if (body.get('_action') === 'next') stored.drop((key) => key === form.dataset.keep);
      turned(true);
      location.assign(to);
      await new Promise(() => {}); // this page is over: no second press falls on it
    }
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    document.title = page.title;
    document.querySelector('main').replaceWith(page.querySelector('main'));
    busy = false;
    setup();
    const first = document.querySelector('.marked');
    const field = first && (first.querySelector('input:checked') || first.querySelector('input, textarea, select'));
    (field || document.querySelector('.notice, h1')).focus({ preventScroll: true });
    (first || document.querySelector('.notice, h1')).scrollIntoView({ block: 'center' });
  }

  function setup() {
    stored.drop((key) => !(Date.now() - stored.read(key)?.at < KEEP));
    const main = document.querySelector('main');
    if ('end' in main.dataset) stored.drop(() => true); // the next person at this screen finds nothing
    const form = main.querySelector('form#page'); // other forms do without
    if (main.dataset.opened) opened(main.dataset.opened);
    all('.copy', main).forEach((button) => {
      button.hidden = false;
      button.addEventListener('click', async () => {
        const field = main.querySelector('#link');
        let done = true;
        try { await navigator.clipboard.writeText(field.value); } catch { field.select(); done = document.execCommand('copy'); }
        main.querySelector('.copied').textContent = done ? button.dataset.done : button.dataset.failed;
      });
    });
    if (!form) return;
    const words = JSON.parse(form.dataset.words);
    if (form.dataset.keep) restore(form);
    all('.slider', form).forEach((box) => slider(box, words));
    all('[data-count]', form).forEach((field) => count(field, words));
    form.addEventListener('input', ({ target }) => {
      if (target.type === 'checkbox' && target.checked) {
        // 'None of these' excludes all others, each of the others excludes it; of the ways not to answer one is chosen.
        const way = target.name.endsWith('!');
        all('input[type=checkbox]', form).filter((one) => one !== target && one.name === target.name)
          .filter((one) => way || 'alone' in one.dataset || 'alone' in target.dataset).forEach((one) => { one.checked = false; });
      }
      leave(target);
      if (target.closest('[data-item]')) unmark(target);
      if (form.dataset.keep) keep(form);
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const button = event.submitter;
      send(form, button && !button.hidden ? button : form.querySelector('[data-press]'));
    });
  }

  document.addEventListener('click', (event) => { // it would pick an answer there, or send the page unread
    pressed = { x: event.clientX, y: event.clientY, at: Date.now() };
    // A browser counts taps anew on a new page, so the second of a double tap is known by its place and its moment.
    const tapped = turn && event.detail && event.pointerType !== 'mouse' && pressed.at - turn.at < DOUBLE
      && Math.hypot(turn.x - pressed.x, turn.y - pressed.y) < NEAR;
    if (tapped || (event.detail > 1 && performance.now() < DOUBLE)) { event.preventDefault(); event.stopPropagation(); }
  }, true);
  window.addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); }); // Back: as the log has it now
  setup();
  if (turn) document.querySelector('h1').focus({ preventScroll: true });
})();
