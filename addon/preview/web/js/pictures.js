// Pictures and icons of cards. The page loads nothing from strangers: pictures come as data: or from
// the add-on itself, every other shows its description.
import { el } from './dom.js';
import { icon } from './icons.js';

let addonOrigin = location.origin;
export const setOrigin = (origin) => { addonOrigin = origin; };

function loadable(url) {
  if (/^data:image\/(png|jpeg|gif|webp);base64,/.test(url)) return true;
  try {
    return [location.origin, addonOrigin].includes(new URL(url).origin);
  } catch {
    return false;
  }
}

export function picture(url, alt, kind = '') {
  if (loadable(url)) return el('img', { class: kind, src: url, alt: alt ?? '' });
  return el('span', { class: `nopicture ${kind}`, role: 'img', 'aria-label': alt || 'Picture' }, icon('doc'), alt && el('small', { text: alt }));
}

export function cardIcon(i) {
  const round = i.imageType === 'CIRCLE' ? ' circle' : '';
  if (i.iconUrl) return picture(i.iconUrl, i.altText, `iconpic${round}`);
  return icon(i.knownIcon ?? i.materialIcon?.name ?? 'dot', i.altText);
}
