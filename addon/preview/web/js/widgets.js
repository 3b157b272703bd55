// The widgets that hold no input, and the switch from JSON to element.
import { add, el } from './dom.js';
import { button, run } from './clicks.js';
import { dateTimePicker } from './dates.js';
import { selectionInput, switchControl, textInput } from './inputs.js';
import { cardIcon, picture } from './pictures.js';
import { formatted } from './text.js';

function textParagraph(w) {
  const body = add(el('div', { class: 'paragraph' }), formatted(w.text));
  const lines = Number(w.maxLines) || 0;
  if (!lines) return body;
  body.classList.add('clamped');
  body.style.setProperty('--lines', lines);
  const more = el('button', { type: 'button', class: 'more', text: 'Show more', 'aria-expanded': 'false' });
  more.addEventListener('click', () => {
    const open = !body.classList.toggle('clamped');
    more.textContent = open ? 'Show less' : 'Show more';
    more.setAttribute('aria-expanded', String(open));
  });
  // Whether text is cut is known only once it is laid out.
  requestAnimationFrame(() => { if (body.scrollHeight <= body.clientHeight + 1) more.remove(); });
  return el('div', {}, body, more);
}

// pressable makes an element act like a button for pointer and keyboard. core is its part that is the
// button when something else can be pressed in it: no button may stand in another.
function pressable(node, onClick, env, extra, core = node) {
  node.classList.add('press');
  core.tabIndex = 0;
  core.setAttribute('role', 'button');
  node.addEventListener('click', (e) => {
    if (!e.target.closest('button, input, a, label')) run(onClick, core, env, extra);
  });
  core.addEventListener('keydown', (e) => {
    if (e.target !== core || (e.key !== 'Enter' && e.key !== ' ')) return;
    e.preventDefault();
    run(onClick, core, env, extra);
  });
  return node;
}

function decoratedText(w, env) {
  const start = w.startIcon ?? w.icon;
  const main = add(el('div', { class: `words ${w.wrapText ? '' : 'oneline'}` }),
    w.topLabel && el('div', { class: 'small', text: w.topLabel }),
    add(el('div', { class: 'text' }), formatted(w.text)),
    w.bottomLabel && el('div', { class: 'small', text: w.bottomLabel }));
  const row = add(el('div', { class: 'decorated' }), start && el('span', { class: 'start' }, cardIcon(start)), main,
    w.button && button(w.button, env),
    w.switchControl && switchControl(w.switchControl, main.textContent, env),
    w.endIcon && el('span', { class: 'start' }, cardIcon(w.endIcon)));
  return w.onClick ? pressable(row, w.onClick, env, [], w.button || w.switchControl ? main : row) : row;
}

function image(w, env) {
  const node = el('div', { class: 'image' }, picture(w.imageUrl, w.altText));
  return w.onClick ? pressable(node, w.onClick, env) : node;
}

function border(node, style) {
  if (!style) return;
  if (style.type === 'STROKE') {
    const { red = 0, green = 0, blue = 0 } = style.strokeColor ?? { red: 0.8, green: 0.8, blue: 0.8 };
    node.style.border = `1px solid rgb(${[red, green, blue].map((v) => Math.round(v * 255)).join(' ')})`;
  }
  if (style.cornerRadius) node.style.borderRadius = `${Math.min(Number(style.cornerRadius), 24)}px`;
}

function grid(w, env) {
  const cells = (w.items ?? []).map((item) => {
    const pic = item.image && picture(item.image.imageUri, item.image.altText, `crop ${(item.image.cropStyle?.type ?? '').toLowerCase()}`);
    if (pic) border(pic, item.image.borderStyle);
    const words = el('div', { class: 'cellwords' }, item.title && el('div', { text: item.title }), item.subtitle && el('div', { class: 'small', text: item.subtitle }));
    const cell = el('div', { class: 'cell' }, item.layout === 'TEXT_ABOVE' ? [words, pic] : [pic, words]);
    border(cell, w.borderStyle);
    const extra = item.id ? [{ key: 'grid_item_identifier', value: item.id }] : [];
    return w.onClick ? pressable(cell, w.onClick, env, extra) : cell;
  });
  const node = el('div', { class: 'grid' }, cells);
  node.style.setProperty('--columns', Math.min(Math.max(Number(w.columnCount) || 1, 1), 4));
  return el('div', {}, w.title && el('div', { class: 'gridtitle', text: w.title }), node);
}

function columns(w, env) {
  return el('div', { class: 'columns' }, (w.columnItems ?? []).map((c) => el('div', {
    class: ['column', c.horizontalSizeStyle === 'FILL_MINIMUM_SPACE' ? 'narrow' : '',
      `h-${(c.horizontalAlignment ?? 'START').toLowerCase()}`, `v-${(c.verticalAlignment ?? 'TOP').toLowerCase()}`].join(' '),
  }, (c.widgets ?? []).map((inner) => widget(inner, env)))));
}

const KINDS = {
  textParagraph, decoratedText, image, grid, columns, textInput, selectionInput, dateTimePicker,
  divider: () => el('hr'),
  buttonList: (w, env) => el('div', { class: 'buttons' }, (w.buttons ?? []).map((b) => button(b, env))),
};

/** Draws one widget; env gives form, zone and the actions. */
export function widget(w, env) {
  const kind = Object.keys(w)[0];
  return el('div', { class: 'widget', data: { widget: kind } }, KINDS[kind](w[kind], env));
}
