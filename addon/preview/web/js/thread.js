// The middle column with an open thread: its messages and a box to answer as the customer.
import { el, fill } from './dom.js';
import { icon } from './icons.js';
import { chip, ownLabels } from './labels.js';
import { plainly, senderAddress, senderName } from './list.js';
import { href } from './route.js';
import { brief, full } from './when.js';

/** Splits off what a mail quotes at its end: lines with ">", and the line that introduces them. */
export function splitQuote(text) {
  const lines = text.replace(/\r\n/g, '\n').trimEnd().split('\n');
  let at = lines.length;
  while (at > 0 && /^\s*(>|$)/.test(lines[at - 1])) at--;
  if (!lines.slice(at).some((l) => l.trimStart().startsWith('>'))) return [lines.join('\n'), ''];
  if (at > 1 && /:\s*$/.test(lines[at - 1]) && lines[at - 1].length < 200) at--;
  return [lines.slice(0, at).join('\n').trimEnd(), lines.slice(at).join('\n').trim()];
}

export function initials(name) {
  return name.split(/[\s.@_-]+/).filter(Boolean).slice(0, 2).map((w) => [...w][0].toUpperCase()).join('');
}

const size = (n) => (n < 1024 ? `${n} B` : n < 1048576 ? `${Math.round(n / 1024)} KB` : `${(n / 1048576).toFixed(1)} MB`);

function message(m, app, open, pick) {
  const name = senderName(m.from);
  const [text, quote] = splitQuote(m.text);
  const own = senderAddress(m.from).toLowerCase() === app.box.address.toLowerCase();
  const head = el('button', {
    type: 'button', class: 'messagehead', 'aria-expanded': String(open), data: { key: `m ${m.id}` }, on: { click: () => pick(m.id) },
  }, el('span', { class: `face ${own ? 'own' : ''}`, 'aria-hidden': 'true', text: initials(name) || '?' }),
  el('span', { class: 'who' }, el('b', { dir: 'auto', text: name }), el('small', { text: senderAddress(m.from) }),
    el('span', { class: 'to', text: open ? `to ${plainly(m.to)}${m.cc ? `, cc ${plainly(m.cc)}` : ''}` : text.split('\n').find((l) => l.trim()) ?? '' })),
  el('time', { datetime: m.date, title: full(m.date, app.zone), text: open ? full(m.date, app.zone) : brief(m.date, app.zone) }));
  return el('article', { class: `message ${open ? 'open' : ''}`, data: { message: m.id }, 'aria-label': `Message from ${name}` }, head,
    open && el('div', { class: 'text', dir: 'auto' }, text || (quote ? '' : '(no text)')),
    open && quote && el('details', { class: 'quote' }, el('summary', { title: 'Quoted text', 'aria-label': 'Quoted text', text: '•••' }), el('div', { class: 'text', dir: 'auto', text: quote })),
    open && m.attachments?.length > 0 && el('ul', { class: 'attachments', 'aria-label': 'Attachments' },
      m.attachments.map((a) => el('li', { title: a.type }, icon('clip'), el('span', { text: a.name || 'without a name' }), el('small', { text: size(a.size) })))));
}

const WHOLE = 7; // messages shown without folding
const ENDS = [1, 3]; // messages shown before and after the fold

// folded leaves out the middle of a long thread behind a button.
function folded(app, pick) {
  const all = app.messages;
  const cut = all.length - ENDS[1];
  if (all.length <= WHOLE || app.unfolded || all.slice(ENDS[0], cut).some((m) => m.id === app.message)) return all;
  const more = el('button', {
    type: 'button', class: 'older', text: `${cut - ENDS[0]} older messages`, data: { key: 'older' },
    on: { click: () => { app.unfolded = true; pick(app.message); } },
  });
  return [...all.slice(0, ENDS[0]), more, ...all.slice(cut)];
}

/** Draws the thread; pick(id) opens another of its messages. The reply box is kept as it is. */
export function drawThread(root, app, reply, pick) {
  const labels = ownLabels([...new Set(app.messages.flatMap((m) => m.labels))]);
  const typing = reply.contains(document.activeElement) ? document.activeElement : null;
  const place = root.scrollTop;
  fill(root,
    el('div', { class: 'threadtop' },
      el('a', { class: 'round', href: href({ as: app.me.email, mailbox: app.box.address, folder: app.folder }), 'aria-label': 'Back to the list', data: { key: 'back' } }, icon('back')),
      el('div', { class: 'threadtitle' }, el('h1', { dir: 'auto', text: app.messages[0]?.subject || '(no subject)' }), el('span', { class: 'chips' }, labels.map(chip)))),
    folded(app, pick).map((m) => (m instanceof Node ? m : message(m, app, m.id === app.message, pick))),
    reply);
  typing?.focus({ preventScroll: true });
  root.scrollTop = place;
}
