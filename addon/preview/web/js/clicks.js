// What happens when something in a card is pressed.
import { add, el } from './dom.js';
import { cardIcon } from './pictures.js';
import { safeURL } from './text.js';
import { menu } from './menu.js';
import { toast } from './toast.js';

const WATCH = 400; // ms between looks whether an overlay window was closed

/** Runs an onClick; extra parameters come from grid items. */
export function run(onClick, node, env, extra = []) {
  if (onClick.action) env.act(onClick.action, node, extra);
  else if (onClick.openDynamicLinkAction) env.act(onClick.openDynamicLinkAction, node, extra);
  else if (onClick.openLink) openLink(onClick.openLink, env);
  else if (onClick.card) env.push(onClick.card);
  else if (onClick.overflowMenu) {
    menu(node, (onClick.overflowMenu.items ?? []).map((item) => ({
      text: item.text, icon: item.startIcon && cardIcon(item.startIcon), disabled: item.disabled,
      run: () => run(item.onClick, node, env),
    })));
  }
}

/** Opens a link in a new tab, or in a small window whose closing may reload the card. */
export function openLink(link, env) {
  const url = safeURL(link.url);
  if (!url) {
    toast('This link is not opened: only https, mailto and tel addresses are.', 'error');
    return;
  }
  if (link.openAs !== 'OVERLAY' && link.onClose !== 'RELOAD') {
    window.open(url, '_blank', 'noopener,noreferrer');
    return;
  }
  const shape = link.openAs === 'OVERLAY' ? 'popup,width=520,height=640' : '';
  const opened = window.open(url, '_blank', shape);
  if (!opened) {
    toast('The browser blocked the window; allow it for this page and try again.', 'error');
    return;
  }
  if (link.onClose !== 'RELOAD') return;
  const timer = setInterval(() => {
    if (!opened.closed) return;
    clearInterval(timer);
    env.reload();
  }, WATCH);
}

/** A card's button. */
export function button(b, env) {
  const node = el('button', {
    type: 'button', class: `btn ${(b.type ?? 'OUTLINED').toLowerCase()}`, disabled: b.disabled,
    'aria-label': b.text ? null : b.altText || b.icon?.altText || 'Button', title: b.altText,
  });
  if (!b.text) node.classList.add('bare');
  add(node, b.icon && cardIcon(b.icon), b.text && el('span', { text: b.text }));
  if (b.color) paint(node, b.color);
  if (b.onClick) node.addEventListener('click', () => run(b.onClick, node, env));
  return node;
}

// paint makes a filled button in the card's colour, its text dark or light, whichever reads better.
function paint(node, { red = 0, green = 0, blue = 0 }) {
  const parts = [red, green, blue].map((v) => Math.round(Math.min(Math.max(v, 0), 1) * 255));
  const [r, g, b] = parts.map((v) => (v / 255) ** 2.2);
  node.classList.add('painted');
  node.style.setProperty('--fill', `rgb(${parts.join(' ')})`);
  node.style.setProperty('--inkon', 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.36 ? '#1b1b1b' : '#ffffff');
}
