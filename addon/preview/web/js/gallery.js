// Every card of the add-on, drawn by the same scripts as the panel. The address names what is looked
// at: ?phone for the phone's width and events, ?reader=N for somebody's settings, #name for a card.
import { api } from './api.js';
import { drawCard } from './card.js';
import { readAnswer } from './check.js';
import { byId, el, fill } from './dom.js';
import { Form } from './form.js';
import { problemCard, promptCard } from './notices.js';
import { asked, PLATFORMS } from './phone.js';
import { startTheme } from './theme.js';
import { toast } from './toast.js';

const query = new URLSearchParams(location.search);
const platform = asked(query);

// pictured is what stands in for the panel: a press says what it would do.
function pictured(state, zone) {
  const say = (action) => toast(`This is a picture. In the panel it posts to ${new URL(action.function, location.href).pathname}.`, 'note');
  return { form: new Form(), zone, act: say, suggest: async () => [], reload: () => {}, push: () => toast('This is a picture. In the panel it opens another card.', 'note') };
}

function drawn(state, zone) {
  try {
    const got = readAnswer(state.kind, 200, state.answer);
    const env = pictured(state, zone);
    if (got.prompt && !got.prompt.customAuthorizationPrompt) return [promptCard(got.prompt, env)];
    const moves = got.render.action?.navigations ?? [];
    const card = moves.map((n) => n.pushCard ?? n.updateCard).findLast(Boolean);
    const note = got.render.action?.notification?.text;
    return [
      card ? drawCard(card, env) : el('p', { class: 'empty', text: 'The card stays as it is.' }),
      note && el('p', { class: 'below' }, el('span', { class: 'hide', text: 'Below the card: ' }), note),
    ];
  } catch (err) {
    return [problemCard(err, () => {}, 'OK')];
  }
}

// Gmail's phone app never asks for a home card.
const homeless = (state) => platform !== 'WEB' && state.path === '/addon/home';

function figure(state, zone) {
  return el('figure', { class: 'state', id: state.name },
    el('figcaption', {},
      el('h3', {}, el('a', { href: `#${state.name}`, text: state.title })),
      el('p', { text: state.shows }),
      el('p', { class: 'how', text: `${state.as} · ${state.path}` })),
    el('div', { class: platform === 'WEB' ? 'panel' : 'panel phone' }, homeless(state) ? el('p', { class: 'empty', text: 'Not on a phone: it has no home card. “My work …” on every message leads to it.' }) : drawn(state, zone)));
}

function go(change) {
  for (const [key, value] of Object.entries(change)) {
    if (value === null) query.delete(key);
    else query.set(key, value);
  }
  location.search = query;
}

function controls(table) {
  const width = byId('platform');
  fill(width, Object.entries(PLATFORMS).map(([value, text]) => el('option', { value, text })));
  width.value = platform;
  width.addEventListener('change', () => go({ phone: width.value === 'WEB' ? null : width.value.toLowerCase() }));
  const reader = byId('reader');
  fill(reader, table.readers.map((r, i) => el('option', { value: i, text: r.locale ? `${r.name} (${r.locale})` : r.name })));
  reader.value = query.get('reader') ?? '0';
  reader.addEventListener('change', () => go({ reader: reader.value === '0' ? null : reader.value }));
}

startTheme();
try {
  byId('live').textContent = 'Drawing every card …';
  const table = await api.gallery(platform, query.get('reader') ?? '0');
  const zone = table.readers[Number(query.get('reader') ?? 0)]?.zone || 'UTC';
  controls(table);
  fill(byId('index'), table.groups.map((g) => el('section', {}, el('h2', { text: g.title }),
    el('ul', {}, g.states.map((s) => el('li', {}, el('a', { href: `#${s.name}`, text: s.title })))))));
  fill(byId('cards'), el('h1', { text: 'Every card' }),
    el('p', { class: 'lead', text: 'The table that the golden tests draw, answered by the add-on just now. Cards are in English for every reader; days and times follow the reader.' }),
    table.groups.map((g) => el('section', { class: 'group' }, el('h2', { text: g.title }), el('div', { class: 'states' }, g.states.map((s) => figure(s, zone))))));
  byId('live').textContent = `${table.groups.reduce((n, g) => n + g.states.length, 0)} cards`;
  document.documentElement.dataset.ready = 'yes';
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
} catch (err) {
  byId('live').textContent = '';
  fill(byId('cards'), el('p', { class: 'empty', text: err.message }));
}
