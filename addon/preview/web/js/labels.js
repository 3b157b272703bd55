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

const STATUS = {
  Open: 'ring', 'Waiting for customer': 'clock', 'Waiting internally': 'people', Snoozed: 'snooze', Closed: 'check', Ignored: 'close', Spam: 'warning',
};

/** Says how a label is shown: its kind, a short text, an icon of its own. Icon and shape tell kinds
 * apart; the colour only helps. */
export function shown(label) {
  const [root, group, ...rest] = label.split('/');
  const text = rest.join('/');
  if (root === 'Baton' && text) {
    if (group === 'Assigned') return { kind: 'assigned', text, icon: 'person', says: `Held by ${text}` };
    if (group === 'Status') return { kind: text === 'Closed' || text === 'Ignored' ? 'done' : 'status', text, icon: STATUS[text] ?? 'ring', says: text };
    if (group === 'Priority') return { kind: 'priority', text, icon: 'flag', says: `${text} priority` };
    if (group === 'Tag') return { kind: 'tagged', text, icon: 'tag', says: `Tagged ${text}` };
  }
  return { kind: `hue${hue(label)}`, text: labelName(label), icon: 'tag', says: labelName(label) };
}

/** A chip: short text and icon, the whole name on hover. */
export function chip(label) {
  const { kind, text, icon: name, says } = shown(label);
  return el('span', { class: `chip ${kind}`, title: `${says} (${label})`, data: { label } }, icon(name), el('span', { text }));
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
  const own = [...counts.keys()].sort().map((l) => ({ key: l, name: shown(l).text, icon: shown(l).icon, count: counts.get(l), title: `${shown(l).says} (${l})` }));
  return [...fixed, ...own];
}

export const inFolder = (thread, folder) => folder === 'ALL' || thread.labels.includes(folder);
