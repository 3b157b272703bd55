// A card: header, sections that fold, footer.
import { add, el, unique } from './dom.js';
import { button } from './clicks.js';
import { icon } from './icons.js';
import { picture } from './pictures.js';
import { formatted } from './text.js';
import { widget } from './widgets.js';

function header(h) {
  return el('div', { class: 'cardheader' },
    h.imageUrl && picture(h.imageUrl, h.imageAltText, `avatar ${h.imageType === 'CIRCLE' ? 'circle' : ''}`),
    el('div', { class: 'titles' }, el('h2', { text: h.title, tabindex: -1 }), h.subtitle && el('p', { text: h.subtitle })));
}

function section(s, env) {
  const id = unique('section');
  const widgets = (s.widgets ?? []).map((w) => widget(w, env));
  const always = s.collapsible ? Number(s.uncollapsibleWidgetsCount ?? 0) : widgets.length;
  const rest = widgets.slice(always);
  const folded = el('div', { class: 'fold', id }, rest);
  const title = s.header && add(el('h3', {}), formatted(s.header));
  if (!s.collapsible || rest.length === 0) return el('section', { class: 'section' }, title, widgets);

  const control = s.collapseControl;
  const label = (open) => (open ? control?.collapseButton?.text ?? 'Show less' : control?.expandButton?.text ?? `Show more (${rest.length})`);
  const toggle = el('button', {
    type: 'button', class: title ? 'foldtitle' : `foldmore h-${(control?.horizontalAlignment ?? 'START').toLowerCase()}`, 'aria-controls': id,
  });
  const words = title ?? el('span');
  add(toggle, words, icon('down'));
  const set = (open) => {
    folded.hidden = !open;
    toggle.setAttribute('aria-expanded', String(open));
    if (!title) words.textContent = label(open);
    else toggle.title = label(open);
  };
  toggle.addEventListener('click', () => {
    set(folded.hidden);
    if (!folded.hidden) folded.scrollIntoView({ block: 'nearest' });
  });
  set(false);
  const shown = widgets.slice(0, always);
  return el('section', { class: 'section' }, title ? [toggle, shown, folded] : [shown, folded, toggle]);
}

/** Draws a checked card into an element; its inputs land in env.form. */
export function drawCard(card, env) {
  const plain = card.sectionDividerStyle === 'NO_DIVIDER' ? ' nodividers' : '';
  const footer = card.fixedFooter;
  return el('article', { class: `card${plain}`, 'aria-label': card.header?.title ?? 'Card' },
    el('div', { class: 'cardbody' }, card.header && header(card.header), (card.sections ?? []).map((s) => section(s, env))),
    footer && el('div', { class: 'footer' }, [footer.secondaryButton && button(footer.secondaryButton, env), primary(footer.primaryButton, env)]));
}

function primary(b, env) {
  const node = button(b, env);
  node.classList.add('primary');
  return node;
}
