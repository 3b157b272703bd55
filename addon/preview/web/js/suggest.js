// A text field's drop-down: arrow keys, Enter, Escape, pointer; announced as a combobox.
import { add, el, unique } from './dom.js';

const PAUSE = 250; // ms of rest before the list is asked for

/** Gives input a list under it. source(text) resolves to [{text, note}]; pick(choice) takes one. */
export function suggest(input, box, source, pick, { pause = PAUSE, openOnFocus = true } = {}) {
  const list = el('ul', { class: 'suggestions', role: 'listbox', id: unique('list'), hidden: true });
  box.append(list);
  for (const [k, v] of Object.entries({
    role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id, autocomplete: 'off',
  })) input.setAttribute(k, v);
  let timer;
  let asked = 0;
  let active = -1;

  const close = () => {
    asked++;
    clearTimeout(timer);
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const choose = (choice) => { close(); pick(choice); };
  const point = (i) => {
    const rows = [...list.children];
    active = rows.length ? (i + rows.length) % rows.length : -1;
    rows.forEach((row, n) => row.setAttribute('aria-selected', String(n === active)));
    if (active < 0) return;
    input.setAttribute('aria-activedescendant', rows[active].id);
    rows[active].scrollIntoView({ block: 'nearest' });
  };
  const show = async () => {
    const turn = ++asked;
    box.classList.add('asking');
    let choices = [];
    try { choices = await source(input.value); } finally { if (turn === asked) box.classList.remove('asking'); }
    if (turn !== asked || document.activeElement !== input) return;
    list.replaceChildren(...choices.map((choice) => add(el('li', {
      role: 'option', id: unique('option'), 'aria-selected': 'false',
      on: { mousedown: (e) => { e.preventDefault(); choose(choice); } },
    }), el('span', { text: choice.text }), choice.note && el('small', { text: choice.note }))));
    active = -1;
    list.style.top = `${input.offsetTop + input.offsetHeight}px`; // under the field, over its hint
    list.hidden = choices.length === 0;
    input.setAttribute('aria-expanded', String(choices.length > 0));
  };
  const soon = (wait) => { clearTimeout(timer); timer = setTimeout(show, wait); };

  input.addEventListener('input', () => soon(pause));
  if (openOnFocus) input.addEventListener('focus', () => soon(pause));
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (e) => {
    if (e.key === 'ArrowDown' && list.hidden) { e.preventDefault(); soon(0); return; }
    if (list.hidden) return;
    if (e.key === 'ArrowDown') { e.preventDefault(); point(active + 1); }
    else if (e.key === 'ArrowUp') { e.preventDefault(); point(active - 1); }
    else if (e.key === 'Escape') { e.stopPropagation(); close(); }
    else if (e.key === 'Enter' && active >= 0) { e.preventDefault(); list.children[active].dispatchEvent(new MouseEvent('mousedown')); }
  });
}
