// The middle column without an open thread: one line per thread.
import { el, fill } from './dom.js';
import { chip, inFolder, isUnread, labelName, ownLabels } from './labels.js';
import { href } from './route.js';
import { brief, full } from './when.js';

const PAGE = 100; // rows drawn at once

/** "Name <a@b>" as the name, or the part before the at sign. */
export function senderName(from) {
  const match = /^\s*"?([^"<]*?)"?\s*<([^<>]*)>\s*$/.exec(from);
  if (match) return match[1] || match[2].split('@')[0];
  return from.split('@')[0] || from;
}

/** The bare address of "Name <a@b>". */
export const senderAddress = (from) => /<([^<>]*)>\s*$/.exec(from)?.[1] ?? from.trim();

/** An address header for reading: no quotation marks, no brackets round what stands alone. */
export const plainly = (list) => list.replace(/"([^"<>]*)"\s*</g, '$1 <').replace(/(^|,\s*)<([^<>]*)>/g, '$1$2');

function row(t, app) {
  const { zone } = app;
  return el('li', { class: isUnread(t.labels) ? 'unread' : '' },
    el('a', { href: href({ as: app.me.email, mailbox: app.box.address, folder: app.folder, thread: t.id }), data: { key: t.id } },
      el('span', { class: 'from' }, isUnread(t.labels) && el('span', { class: 'hide', text: 'Unread: ' }), el('bdi', { text: senderName(t.from) }),
        t.messages > 1 && el('small', { text: ` ${t.messages}`, title: `${t.messages} messages` })),
      el('span', { class: 'line' }, el('span', { class: 'chips' }, ownLabels(t.labels).map(chip)),
        el('span', { class: 'words' }, el('bdi', { class: 'subject', text: t.subject || '(no subject)' }),
          t.snippet && el('span', { class: 'snippet' }, ' – ', el('bdi', { text: t.snippet })))),
      el('time', { datetime: t.date, title: full(t.date, zone), text: brief(t.date, zone) })));
}

export function drawList(root, app, more) {
  const wanted = app.search.trim().toLowerCase();
  const all = app.box.threads.filter((t) => inFolder(t, app.folder)
    && (!wanted || `${t.subject}\n${t.from}\n${t.snippet ?? ''}\n${t.labels.join('\n')}`.toLowerCase().includes(wanted)));
  const shown = all.slice(0, app.rows || PAGE);
  const name = app.folder === 'ALL' ? 'All mail' : labelName(app.folder);
  fill(root,
    el('div', { class: 'listtop' }, el('h1', { text: name }), el('p', { text: `${app.box.address} · ${all.length === 1 ? '1 thread' : `${all.length} threads`}` })),
    all.length === 0
      ? el('p', { class: 'empty', text: wanted ? 'Nothing here matches the search.' : 'Nothing here.' })
      : el('ul', { class: 'threads' }, shown.map((t) => row(t, app))),
    shown.length < all.length && el('button', {
      type: 'button', class: 'btn outlined morerows', data: { key: 'more' }, text: `Show ${Math.min(PAGE, all.length - shown.length)} more`,
      on: { click: () => more(shown.length + PAGE) },
    }));
}
