// The page: reads the state, follows the address, keeps mail and panel in step.
import { api } from './api.js';
import { composeBox, replyBox } from './customer.js';
import { byId, el, fill } from './dom.js';
import { drawList } from './list.js';
import { follow } from './live.js';
import { drawFolders, openable } from './mailboxes.js';
import { icon } from './icons.js';
import { news } from './news.js';
import { Panel } from './panel.js';
import { asked } from './phone.js';
import { setOrigin } from './pictures.js';
import { href, readRoute } from './route.js';
import { startTheme } from './theme.js';
import { drawThread, initials } from './thread.js';
import { toast } from './toast.js';

const app = {
  data: null, me: null, box: null, folder: 'INBOX', zone: 'UTC',
  threadId: '', messages: [], message: '', unfolded: false, search: '', rows: 0, platform: asked(new URLSearchParams(location.search)),
};
const panel = new Panel(byId('panel'));
let reply = null;
let visit = 0; // of an address; answers to earlier ones are dropped

const sameEmail = (a, b) => a.toLowerCase() === b.toLowerCase();

function drawPeople() {
  const pick = byId('person');
  fill(pick, app.data.people.map((p) => el('option', { value: p.email, text: `${p.name} · ${p.role}` })));
  pick.value = app.me.email;
  byId('face').textContent = initials(app.me.name);
  pick.title = app.me.email;
}

function draw() {
  drawFolders(byId('folders'), app, () => composeBox(app));
  document.title = `${app.threadId ? app.messages[0]?.subject || 'Thread' : app.box.address} · Baton preview`;
  document.body.classList.toggle('reading', app.threadId !== '');
  if (app.threadId) drawThread(byId('main'), app, reply, openMessage);
  else drawList(byId('main'), app, (rows) => { app.rows = rows; draw(); });
}

function showPanel() {
  panel.open({ as: app.me.email, zone: app.zone, mailbox: app.box.address, message: app.threadId ? app.message : '', platform: app.platform });
}

function openMessage(id) {
  app.message = id;
  draw();
  showPanel();
}

// drawPhone says how the panel is shown, and offers the other way.
function drawPhone() {
  const on = app.platform !== 'WEB';
  document.body.classList.toggle('phone', on);
  const button = byId('phone');
  button.replaceChildren(icon(on ? 'panel' : 'mobile'));
  button.setAttribute('aria-label', on ? 'Show the side panel' : 'Show the panel as on a phone');
  button.title = button.getAttribute('aria-label');
}

// go follows the address: whoever and whatever it does not name is filled in.
async function go() {
  const turn = ++visit;
  const route = readRoute();
  const me = app.data.people.find((p) => sameEmail(p.email, route.as)) ?? app.me ?? app.data.people[0];
  const boxes = openable(app.data.mailboxes, me.email);
  const box = boxes.find((b) => sameEmail(b.address, route.mailbox)) ?? boxes.find((b) => b.shared) ?? boxes[0];
  if (!box) {
    fill(byId('main'), el('p', { class: 'empty', text: 'This person has no mailbox here.' }));
    return;
  }
  if (!sameEmail(route.as, me.email) || !sameEmail(route.mailbox, box.address)) {
    location.replace(href({ as: me.email, mailbox: box.address }));
    return;
  }
  const changed = app.box?.address !== box.address || app.folder !== (route.folder || 'INBOX');
  Object.assign(app, { me, box, folder: route.folder || 'INBOX', zone: me.timeZone || 'UTC', threadId: route.thread });
  if (changed) app.rows = 0;
  drawPeople();
  if (route.thread) {
    try {
      const { messages } = await api.thread(box.address, route.thread);
      if (turn !== visit) return;
      app.messages = messages;
      app.message = messages.at(-1)?.id ?? '';
      reply = replyBox(app);
      app.unfolded = false;
    } catch (err) {
      if (turn !== visit) return;
      toast(err.message, 'error');
      location.replace(href({ as: me.email, mailbox: box.address, folder: app.folder }));
      return;
    }
  }
  draw();
  place();
  showPanel();
}

// place shows the top of a list, and the open message of a thread.
function place() {
  byId('main').scrollTop = 0;
  scrollTo(0, 0);
  byId('main').querySelector('.message.open')?.scrollIntoView({ block: 'nearest' });
}

// refresh reads the open mailbox and thread again and says what happened meanwhile.
async function refresh() {
  const turn = visit;
  const { address } = app.box;
  const before = app.box.threads;
  const [data, thread] = await Promise.all([
    api.state(address), app.threadId ? api.thread(address, app.threadId) : Promise.resolve(null),
  ]);
  if (turn !== visit) {
    await refresh(); // somebody went elsewhere meanwhile: the change is read for the new place
    return;
  }
  for (const box of data.mailboxes) {
    const known = app.data.mailboxes.find((b) => b.address === box.address);
    if (box.address === address || !known) continue;
    box.threads = known.threads; // read when that mailbox is opened
  }
  app.data = data;
  app.box = data.mailboxes.find((b) => b.address === address) ?? app.box;
  if (thread) app.messages = thread.messages;
  draw();
  for (const n of news(before, app.box.threads)) toast(n.text, n.kind);
}

function start() {
  byId('person').addEventListener('change', (e) => {
    const boxes = openable(app.data.mailboxes, e.target.value);
    const keep = boxes.find((b) => b.address === app.box.address);
    location.hash = keep ? href({ as: e.target.value, mailbox: keep.address, folder: app.folder, thread: app.threadId }) : href({ as: e.target.value, mailbox: '' });
  });
  byId('search').addEventListener('input', (e) => {
    app.search = e.target.value;
    if (app.threadId) location.hash = href({ as: app.me.email, mailbox: app.box.address, folder: app.folder });
    else draw();
  });
  byId('phone').addEventListener('click', () => {
    app.platform = app.platform === 'WEB' ? 'ANDROID' : 'WEB';
    history.replaceState(null, '', `${location.pathname}${app.platform === 'WEB' ? '' : '?phone'}${location.hash}`);
    drawPhone();
    showPanel();
  });
  document.querySelector('.skip').addEventListener('click', (e) => { e.preventDefault(); byId('main').focus(); });
  addEventListener('hashchange', async () => {
    const { mailbox } = readRoute();
    if (mailbox && app.box && !sameEmail(mailbox, app.box.address)) await reopen(mailbox);
    go();
  });
}

// reopen reads a mailbox that was not followed while another was open.
async function reopen(mailbox) {
  try {
    const data = await api.state(mailbox);
    const fresh = data.mailboxes.find((b) => sameEmail(b.address, mailbox));
    const known = app.data.mailboxes.find((b) => sameEmail(b.address, mailbox));
    if (fresh && known) known.threads = fresh.threads;
  } catch (err) {
    toast(err.message, 'error');
  }
}

startTheme();
try {
  app.data = await api.state();
  setOrigin(app.data.addon.origin);
  panel.addon(app.data.addon);
  start();
  drawPhone();
  await go();
  follow(refresh, (text) => { byId('live').textContent = text; });
} catch (err) {
  fill(byId('main'), el('p', { class: 'empty', text: err.message }));
}
