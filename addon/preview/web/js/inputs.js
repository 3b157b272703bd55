// textInput and the choices of selectionInput and switchControl.
import { add, el, unique } from './dom.js';
import { suggest } from './suggest.js';

const onChange = (node, type, action, env) => {
  if (action) node.addEventListener(type, () => env.act(action, node));
};

export function textInput(w, env) {
  const id = unique('in');
  const many = w.type === 'MULTIPLE_LINE' && !w.initialSuggestions && !w.autoCompleteAction;
  const limit = Number(w.validation?.characterLimit) || null;
  const input = el(many ? 'textarea' : 'input', {
    id, name: w.name, class: 'field', maxlength: limit, rows: many ? 3 : null, type: many ? null : 'text',
    inputmode: { INTEGER: 'numeric', FLOAT: 'decimal', EMAIL: 'email' }[w.validation?.inputType],
    autocomplete: 'off', 'aria-describedby': w.hintText && w.label ? `${id}-hint` : null,
  });
  input.value = w.value ?? '';
  const box = el('div', { class: 'input' },
    el('label', { for: id, class: 'label', text: w.label || w.hintText }), input,
    w.label && w.hintText && el('p', { class: 'hint', id: `${id}-hint`, text: w.hintText }));
  env.form.add(w.name, {
    box,
    read: () => (input.value === '' ? null : [input.value]),
    write: (v) => { input.value = v?.[0] ?? ''; },
    fault: () => wrongText(input.value, w.validation?.inputType),
  });
  if (w.initialSuggestions || w.autoCompleteAction) {
    const fixed = (w.initialSuggestions?.items ?? []).map((i) => i.text);
    suggest(input, box, async (text) => {
      // Static suggestions are filtered by their beginning here; the add-on's own are shown as sent.
      const starts = fixed.filter((s) => s.toLowerCase().startsWith(text.toLowerCase()));
      const own = w.autoCompleteAction && text ? await env.suggest(w.autoCompleteAction) : [];
      return [...new Set([...starts, ...own])].map((s) => ({ text: s }));
    }, (choice) => {
      input.value = choice.text;
      input.dispatchEvent(new Event('change'));
    }, { openOnFocus: fixed.length > 0 });
  }
  onChange(input, 'change', w.onChangeAction, env);
  return box;
}

function wrongText(text, type) {
  if (text === '') return '';
  if (type === 'INTEGER' && !/^-?\d+$/.test(text)) return 'Enter a whole number';
  if (type === 'FLOAT' && !Number.isFinite(Number(text))) return 'Enter a number';
  if (type === 'EMAIL' && !/^\S+@\S+\.\S+$/.test(text)) return 'Enter an e-mail address';
  return '';
}

/** The switch at the right edge of a decoratedText. */
export function switchControl(w, label, env) {
  const check = w.controlType === 'CHECK_BOX' || w.controlType === 'CHECKBOX';
  const input = el('input', { type: 'checkbox', name: w.name, class: check ? 'tick' : 'switch', role: check ? null : 'switch', 'aria-label': label });
  input.checked = w.selected === true;
  const box = el('span', { class: 'control' }, input);
  env.form.add(w.name, {
    box, read: () => (input.checked ? [w.value ?? ''] : null), write: (v) => { input.checked = v !== null; },
  });
  onChange(input, 'change', w.onChangeAction, env);
  return box;
}

export function selectionInput(w, env) {
  const items = w.items ?? [];
  if (w.type === 'DROPDOWN') return dropdown(w, items, env);
  if (w.type === 'MULTI_SELECT') return multiSelect(w, items, env);
  return choices(w, items, env);
}

function dropdown(w, items, env) {
  const id = unique('in');
  const select = el('select', { id, name: w.name, class: 'field' },
    items.map((item) => el('option', { value: item.value ?? '', text: item.text })));
  const at = items.findIndex((i) => i.selected);
  select.selectedIndex = Math.max(at, items.length ? 0 : -1);
  const box = el('div', { class: 'input' }, el('label', { for: id, class: 'label', text: w.label ?? '' }), select);
  env.form.add(w.name, {
    box, read: () => (select.value === '' ? null : [select.value]),
    write: (v) => { if (items.some((i) => i.value === v?.[0])) select.value = v[0]; },
  });
  onChange(select, 'change', w.onChangeAction, env);
  return box;
}

// choices draws check boxes, radio buttons and switches: a labelled group of native inputs.
function choices(w, items, env) {
  const radio = w.type === 'RADIO_BUTTON';
  const group = unique('group');
  const rows = items.map((item) => {
    const input = el('input', {
      type: radio ? 'radio' : 'checkbox', name: group, value: item.value ?? '',
      class: w.type === 'SWITCH' ? 'switch' : 'tick', role: w.type === 'SWITCH' ? 'switch' : null,
    });
    input.checked = item.selected === true;
    return { input, row: el('label', { class: 'choice' }, input, el('span', { text: item.text }), item.bottomText && el('small', { text: item.bottomText })) };
  });
  const box = el('fieldset', { class: 'input' }, w.label && el('legend', { class: 'label', text: w.label }), rows.map((r) => r.row));
  env.form.add(w.name, {
    box,
    read: () => {
      const on = rows.filter((r) => r.input.checked).map((r) => r.input.value);
      return on.length ? on : null;
    },
    write: (v) => { for (const r of rows) r.input.checked = (v ?? []).includes(r.input.value); },
  });
  onChange(box, 'change', w.onChangeAction, env);
  return box;
}

const DEFAULT_MOST = 3; // Google's default of multiSelectMaxSelectedItems

function multiSelect(w, items, env) {
  const id = unique('in');
  const most = Number(w.multiSelectMaxSelectedItems) || DEFAULT_MOST;
  let chosen = items.filter((i) => i.selected).map((i) => i.value ?? '');
  const chips = el('span', { class: 'picked' });
  const input = el('input', { id, type: 'text', class: 'field' });
  const box = el('div', { class: 'input' }, el('label', { for: id, class: 'label', text: w.label ?? '' }), chips, input);
  const set = (values) => {
    chosen = values;
    chips.replaceChildren(...chosen.map((v) => {
      const text = items.find((i) => (i.value ?? '') === v)?.text ?? v;
      return el('span', { class: 'pick' }, text, el('button', {
        type: 'button', 'aria-label': `Remove ${text}`, text: '×',
        on: { click: () => { set(chosen.filter((c) => c !== v)); box.dispatchEvent(new Event('change')); input.focus(); } },
      }));
    }));
    input.disabled = chosen.length >= most;
  };
  suggest(input, box, async (text) => items
    .filter((i) => !chosen.includes(i.value ?? '') && text.length >= Number(w.multiSelectMinQueryLength ?? 0)
      && i.text.toLowerCase().includes(text.toLowerCase()))
    .map((i) => ({ text: i.text, note: i.bottomText, value: i.value ?? '' })),
  (choice) => { input.value = ''; set([...chosen, choice.value]); box.dispatchEvent(new Event('change')); }, { pause: 60 });
  set(chosen);
  env.form.add(w.name, { box, read: () => (chosen.length ? [...chosen] : null), write: (v) => set(v ?? []) });
  // The text typed to search is no value: only picking or removing counts as a change.
  input.addEventListener('change', (e) => e.stopPropagation());
  onChange(box, 'change', w.onChangeAction, env);
  return add(box);
}
