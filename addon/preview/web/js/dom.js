// Building elements. Text from mail, people and cards only ever arrives here as text nodes.

/** Makes an element. Props: class, text, on {event: fn}, data {key: value}, anything else an attribute
 * (null, undefined and false leave it out). Children: nodes or strings, empty ones are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === 'class') node.className = value;
    else if (key === 'text') node.textContent = value;
    else if (key === 'on') for (const [type, fn] of Object.entries(value)) node.addEventListener(type, fn);
    else if (key === 'data') Object.assign(node.dataset, value);
    else node.setAttribute(key, value === true ? '' : String(value));
  }
  add(node, ...children);
  return node;
}

/** Appends nodes and strings, skipping what is empty. */
export function add(node, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === '') continue;
    node.append(child);
  }
  return node;
}

/** Replaces the children and keeps the focus on the element with the same data-key. */
export function fill(node, ...children) {
  const key = node.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  node.replaceChildren();
  add(node, ...children);
  if (key) node.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  return node;
}

export const byId = (id) => document.getElementById(id);

let serial = 0;
/** An id that no other element has. */
export const unique = (prefix) => `${prefix}-${++serial}`;
