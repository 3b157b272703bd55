// A small menu under a button: arrow keys, Enter, Escape, a press elsewhere closes it.
import { add, el } from './dom.js';

/** Opens a menu of [{text, icon, disabled, run}] under the anchor. */
export function menu(anchor, entries) {
  document.querySelector('.menu')?.remove();
  const close = (back) => {
    list.remove();
    anchor.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
    if (back) anchor.focus();
  };
  const outside = (e) => { if (!list.contains(e.target)) close(false); };
  const list = el('div', { class: 'menu', role: 'menu' }, entries.map((entry) => add(el('button', {
    type: 'button', role: 'menuitem', disabled: entry.disabled, on: { click: () => { close(true); entry.run(); } },
  }), entry.icon, el('span', { text: entry.text }))));
  list.addEventListener('keydown', (e) => {
    const rows = [...list.querySelectorAll('button:not(:disabled)')];
    const at = rows.indexOf(document.activeElement);
    if (e.key === 'ArrowDown') { e.preventDefault(); rows[(at + 1) % rows.length].focus(); }
    else if (e.key === 'ArrowUp') { e.preventDefault(); rows[(at - 1 + rows.length) % rows.length].focus(); }
    else if (e.key === 'Escape') { e.stopPropagation(); close(true); }
    else if (e.key === 'Tab') close(false);
  });
  const at = anchor.getBoundingClientRect();
  document.body.append(list);
  list.style.top = `${Math.min(at.bottom + 4, innerHeight - list.offsetHeight - 8) + scrollY}px`;
  list.style.left = `${Math.max(8, Math.min(at.right - list.offsetWidth, innerWidth - list.offsetWidth - 8))}px`;
  anchor.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside, true);
  list.querySelector('button:not(:disabled)')?.focus();
}
