// Labels as chips and folders. Names carry the meaning; the colour only helps the eye.
import { el } from './dom.js';
import { icon } from './icons.js';

const SYSTEM = { INBOX: 'Inbox', SENT: 'Sent', DRAFT: 'Drafts', STARRED: 'Starred', IMPORTANT: 'Important', SPAM: 'Spam', TRASH: 'Bin' };
const HIDDEN = new Set(['UNREAD', 'INBOX', 'SENT', 'IMPORTANT', 'CHAT', 'DRAFT']);
const HUES = 8;

export const isUnread = (labels) => labels.includes('UNREAD');
export const ownLabels = (labels) => labels.filter((l) => !HIDDEN.has(l) && !l.startsWith('CATEGORY_')).sort();
export const labelName = (label) => SYSTEM[label] ?? label.replace(/^Baton\//, '');

function hue(label) {
  const parts = label.split('/');
  const group = parts[1] ?? parts[0];
  let sum = 0;
  for (const c of group) sum = (sum * 31 + c.codePointAt(0)) % 9973;
  return sum % HUES;
}

/** A chip with the label's name without the common beginning; the whole name on hover. */
export function chip(label) {
  const [group, ...rest] = labelName(label).split('/');
  return el('span', { class: `chip hue${hue(label)}`, title: label, data: { label } },
    icon('tag'), rest.length ? [el('span', { class: 'group', text: group }), rest.join('/')] : group);
}

/** Folders of a mailbox: fixed ones, then every label in use with its number of threads. */
export function folders(threads) {
  const counts = new Map();
  for (const t of threads) for (const l of ownLabels(t.labels)) counts.set(l, (counts.get(l) ?? 0) + 1);
  const fixed = [
    { key: 'INBOX', name: 'Inbox', icon: 'inbox', count: threads.filter((t) => t.labels.includes('INBOX')).length },
    { key: 'SENT', name: 'Sent', icon: 'sent' },
    { key: 'ALL', name: 'All mail', icon: 'all', count: threads.length },
  ];
  const own = [...counts.keys()].sort().map((l) => ({ key: l, name: labelName(l), icon: 'tag', count: counts.get(l), title: l }));
  return [...fixed, ...own];
}

export const inFolder = (thread, folder) => folder === 'ALL' || thread.labels.includes(folder);
