// The few tags that Google renders in card text, as DOM nodes. Whatever else looks like markup is
// shown as the text it is.

const TAG = /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*)\s*\/?>/g;
const ATTRIBUTE = /([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ALLOWED = new Set(['b', 'i', 'u', 's', 'br', 'a', 'font', 'time']);
const ENTITIES = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: '\u00a0' };
const SCHEMES = new Set(['https:', 'http:', 'mailto:', 'tel:']);

/** Resolves character references once. */
export function decode(text) {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,6}));/g, (all, dec, hex, name) => {
    if (name) return ENTITIES[name] ?? all;
    const code = dec ? Number(dec) : parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** Gives the address when a link may lead there, else null. */
export function safeURL(raw) {
  try {
    const url = new URL(raw);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function attributes(source) {
  const out = {};
  for (const [, name, double, single] of source.matchAll(ATTRIBUTE)) out[name.toLowerCase()] = decode(double ?? single);
  return out;
}

function make(tag, source) {
  const given = attributes(source);
  if (tag === 'font') {
    const node = document.createElement('span');
    if (/^#[0-9a-fA-F]{6}$/.test(given.color ?? '')) {
      node.className = 'tint';
      node.style.setProperty('--tint', given.color);
    }
    return node;
  }
  const node = document.createElement(tag);
  if (tag === 'a') {
    const href = safeURL(given.href ?? '');
    if (href) {
      node.href = href;
      node.target = '_blank';
      node.rel = 'noopener noreferrer';
    }
  }
  return node;
}

/** Turns formatted card text into a fragment. */
export function formatted(source = '') {
  const root = document.createDocumentFragment();
  const open = [{ tag: '', node: root }];
  const write = (text) => { if (text) open.at(-1).node.append(decode(text)); };
  let from = 0;
  for (const match of source.matchAll(TAG)) {
    const [all, slash, name, rest] = match;
    const tag = name.toLowerCase();
    const closes = slash ? open.findLastIndex((o) => o.tag === tag) : -1;
    if (!ALLOWED.has(tag) || (slash && closes < 1)) continue; // stays text, written with the next piece
    write(source.slice(from, match.index));
    from = match.index + all.length;
    if (slash) open.length = closes;
    else {
      const node = make(tag, rest);
      open.at(-1).node.append(node);
      if (tag !== 'br') open.push({ tag, node });
    }
  }
  write(source.slice(from));
  return root;
}
