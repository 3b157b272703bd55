// The left column: mailboxes a person may open, and the open one's folders.
import { add, el, fill } from './dom.js';
import { icon } from './icons.js';
import { folders } from './labels.js';
import { href } from './route.js';

const same = (a, b) => a.toLowerCase() === b.toLowerCase();

/** Mailboxes a person's Gmail would show: their own, and shared ones they belong to. */
export function openable(mailboxes, email) {
  return mailboxes.filter((b) => (b.shared ? (b.members ?? []).some((m) => same(m, email)) : same(b.address, email)));
}

export function drawFolders(root, app, write) {
  const boxes = openable(app.data.mailboxes, app.me.email);
  const link = (box) => {
    const open = box.address === app.box?.address;
    return el('a', {
      class: 'box', href: href({ as: app.me.email, mailbox: box.address }), 'aria-current': open ? 'true' : null, data: { key: box.address },
    }, icon(box.shared ? 'people' : 'person'), el('span', {}, el('b', { text: box.name || box.address.split('@')[0] }), el('small', { text: box.address })));
  };
  const rows = (list) => list.map((box) => [link(box), box.address === app.box?.address && el('div', { class: 'labels' },
    folders(box.threads).map((f) => el('a', {
      href: href({ as: app.me.email, mailbox: box.address, folder: f.key }), title: f.title,
      'aria-current': f.key === app.folder ? 'page' : null, data: { key: `f ${f.key}` },
    }, icon(f.icon), el('span', { text: f.name }), f.count > 0 && el('small', { text: String(f.count) }))))]);
  const shared = boxes.filter((b) => b.shared);
  const own = boxes.filter((b) => !b.shared);
  fill(root,
    el('button', { type: 'button', class: 'write', data: { key: 'write' }, on: { click: write } }, icon('edit'), el('span', { text: 'Write as a customer' })),
    shared.length > 0 && add(el('div', { class: 'group' }, el('h2', { text: 'Shared' })), rows(shared)),
    own.length > 0 && add(el('div', { class: 'group' }, el('h2', { text: 'Own' })), rows(own)));
}
