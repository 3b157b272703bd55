// Where the keyboard stands, across redrawing: an action redraws the whole card, and whoever works
// without a pointer must not be thrown back to the top of the page.

const CONTROLS = 'button, a[href], input, select, textarea, [tabindex="0"]';

const name = (node) => node.name || node.getAttribute('aria-label') || node.textContent.trim();
const named = (root, wanted) => [...root.querySelectorAll(CONTROLS)].filter((n) => name(n) === wanted);

/** Remembers the control that has the focus: its name, and which of that name; null when none in root. */
export function held(root) {
  const node = document.activeElement;
  if (!root.contains(node) || !node.matches(CONTROLS)) return null;
  return { name: name(node), nth: named(root, name(node)).indexOf(node) };
}

/** Finds the control again in what was drawn since; null when it is gone. */
export function again(root, mark) {
  if (!mark) return null;
  const all = named(root, mark.name).filter((n) => n.checkVisibility() && !n.disabled);
  return all[mark.nth] ?? all[0] ?? null;
}
