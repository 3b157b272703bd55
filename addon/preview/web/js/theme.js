// Light and dark: the system's wish until somebody presses the button.
import { byId } from './dom.js';
import { icon } from './icons.js';

const KEY = 'baton-theme';
const wish = matchMedia('(prefers-color-scheme: dark)');

function stored() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

export function startTheme() {
  const button = byId('theme');
  const root = document.documentElement;
  const draw = () => {
    const chosen = stored() ?? root.dataset.theme;
    const dark = chosen ? chosen === 'dark' : wish.matches;
    if (chosen) root.dataset.theme = chosen;
    button.replaceChildren(icon(dark ? 'sun' : 'moon'));
    button.setAttribute('aria-label', dark ? 'Use light colours' : 'Use dark colours');
    button.title = button.getAttribute('aria-label');
    return dark;
  };
  button.addEventListener('click', () => {
    const next = draw() ? 'light' : 'dark';
    root.dataset.theme = next;
    try { localStorage.setItem(KEY, next); } catch { /* private window: kept until reload */ }
    draw();
  });
  wish.addEventListener('change', draw);
  draw();
}
