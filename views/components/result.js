// The respondent's own result: what Python worked out, drawn. The list beside the drawing says the same in words.

function svgNode(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...children);
  return node;
}

function svgText(text, attributes) {
  const node = svgNode('text', { 'text-anchor': 'middle', ...attributes });
  node.textContent = text;
  return node;
}

function peopleDrawing(drawing) {
  const { width, height, radius: r, ovals, lines, nodes, me } = drawing;
  const one = ({ x, y, tone, label }) => {
    const halves = [['one', 0], ['two', 1]].map(([name, turn]) => svgNode('path', { class: `tf-person tf-tone-${name}`,
      d: `M${x} ${y - r}A${r} ${r} 0 0 ${turn} ${x} ${y + r}z` }));
    const shape = tone === 'both' ? halves : [svgNode('circle', { class: `tf-person tf-tone-${tone}`, cx: x, cy: y, r })];
    return [...shape, svgText(label, { x, y: y + r + 14 })];
  };
  return svgNode('svg', { class: 'tf-people', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': drawing.alt },
    ...ovals.map(({ cx, cy, rx, ry, tone }) => svgNode('ellipse', { class: `tf-oval tf-tone-${tone}`, cx, cy, rx, ry })),
    ...lines.map(({ strong, d }) => svgNode('path', { class: strong ? 'tf-known' : 'tf-known tf-known-some', d })),
    svgNode('circle', { class: 'tf-me', cx: me.x, cy: me.y, r: 20 }), svgText(me.label, { class: 'tf-me-name', x: me.x, y: me.y + 4 }),
    ...nodes.flatMap(one));
}

function gauge({ at, band }, tone) {
  const [low, high] = band || [];
  return svgNode('svg', { class: `tf-gauge tf-tone-${tone}`, height: 20, 'aria-hidden': 'true' },
    ...(band ? [svgNode('rect', { class: 'tf-band', x: `${low}%`, y: 2, width: `${Math.max(high - low, 0.5)}%`, height: 16, rx: 3 })] : []),
    svgNode('rect', { class: 'tf-track', x: 0, y: 8, width: '100%', height: 4, rx: 2 }),
    svgNode('circle', { class: 'tf-dot', cx: `${at}%`, cy: 10, r: 8 }));
}

function resultPart(part, ours) {
  const own = (tag, text, extra) => text && make(tag, { ...ours, ...extra, text });
  const people = () => [part.drawing && peopleDrawing(part.drawing),
    part.groups.length && make('ul', { class: 'tf-groups' }, ...part.groups.map((group) => make('li', {},
      make('i', { class: `tf-key tf-tone-${group.tone}`, 'aria-hidden': 'true' }),
      make('span', {}, make('b', { ...(group.ours ? ours : {}), text: group.label }), group.names.length ? ` (${group.names.length}) ` : ' ',
        ...group.names.flatMap((name, at) => [at ? ', ' : '', make('bdi', { text: name })]),
        !group.names.length && own('span', `– ${part.nobody}`)))))];
  const support = () => part.rows.flatMap((row) => [make('h4', { text: row.label }), row.about && make('p', { text: row.about }),
    row.line && gauge(row.line, row.tone),
    row.line && make('div', { class: 'tf-ends', 'aria-hidden': 'true' }, make('span', { text: row.line.low }), make('span', { text: row.line.high })),
    own('p', [row.said, row.among].filter(Boolean).join(' '))]);
  const checklist = () => part.lists.flatMap((list) => [make('h4', { text: list.label }), own('p', list.said),
    make('ul', { class: 'tf-wanted' }, ...list.entries.map((entry) => make('li', { class: `tf-${entry.state} tf-tone-${list.tone}` },
      make('b', { text: entry.text }), ' ', own('span', entry.said, { class: 'tf-hint' }),
      entry.advice && make('p', {}, own('span', part.might, { class: 'tf-hint' }), ' ', entry.advice)))),
    own('p', list.all)]);
  const inside = { people, support, checklist, help: () => [] }[part.kind]();
  return make('div', { class: `tf-card tf-part-${part.kind}` }, own('h3', part.heading), ...inside,
    ...(part.text || []).map((text) => make('p', { ...(part.kind === 'help' ? {} : ours), class: 'tf-prose', text })));
}

function ownResult(result) {
  const ours = { lang: result.spoken, dir: result.spoken_dir };
  const { keep } = result;
  return make('section', { class: 'tf-result', 'aria-labelledby': 'tf-result' },
    make('h2', { id: 'tf-result', ...ours, text: result.heading }), make('p', { class: 'tf-prose', ...ours, text: result.intro }),
    ...result.parts.map((part) => resultPart(part, ours)),
    result.note && make('p', { class: 'tf-prose', ...ours, text: result.note }),
    keep && make('p', ours, make('a', { class: 'tf-button tf-primary', href: keep.href, download: 'result.pdf', text: keep.label }),
      keep.hint && make('span', { class: 'tf-hint tf-below', text: keep.hint })));
}
