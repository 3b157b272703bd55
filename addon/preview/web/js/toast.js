// Short messages at the lower edge: notifications of cards, arrived mail, changed labels.
import { byId, el } from './dom.js';

const SHOWN = 6000; // ms
const MOST = 3;

/** Shows a sentence as plain text for a while; kind is "", "mail", "label" or "error". */
export function toast(text, kind = '') {
  const box = byId('toasts');
  const node = el('div', { class: kind === 'error' ? 'toast error' : 'toast', data: { kind } },
    el('span', { text }),
    el('button', { type: 'button', 'aria-label': 'Dismiss', text: '×', on: { click: () => node.remove() } }));
  box.append(node);
  while (box.children.length > MOST) box.firstChild.remove();
  setTimeout(() => node.remove(), SHOWN);
}
