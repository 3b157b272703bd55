// Writing as a customer: an answer into the open thread, or a new mail to a mailbox.
import { api } from './api.js';
import { byId, el, fill, unique } from './dom.js';
import { icon } from './icons.js';
import { plainly, senderAddress } from './list.js';
import { toast } from './toast.js';

// during marks a button as busy while a call runs and shows a refusal.
async function during(button, work) {
  if (button.getAttribute('aria-busy') === 'true') return false;
  button.setAttribute('aria-busy', 'true');
  try {
    await work();
    return true;
  } catch (err) {
    toast(err.message, 'error');
    return false;
  } finally {
    button.removeAttribute('aria-busy');
  }
}

/** The box under a thread. Answers come from whoever wrote last from outside. */
export function replyBox(app) {
  const own = new Set(app.data.mailboxes.map((b) => b.address.toLowerCase()));
  const customer = app.messages.findLast((m) => !own.has(senderAddress(m.from).toLowerCase())) ?? app.messages.at(-1);
  const id = unique('reply');
  const text = el('textarea', { id, class: 'field', rows: 2, placeholder: 'What does the customer write back?' });
  const send = el('button', { type: 'submit', class: 'btn filled' }, icon('send'), el('span', { text: 'Send as the customer' }));
  const form = el('form', { class: 'reply' }, el('label', { for: id, class: 'label' }, 'Answer as ', el('b', { text: plainly(customer?.from ?? '') })), text, send);
  const { address } = app.box;
  const thread = app.threadId;
  form.addEventListener('submit', async (e) => {
    e.preventDefault();
    const done = await during(send, () => api.write({ mailbox: address, thread, from: customer.from, text: text.value }));
    if (done) text.value = '';
  });
  return form;
}

/** The box for a new mail, with the ready samples as buttons. */
export function composeBox(app) {
  const root = byId('compose');
  const input = (label, kind, value) => {
    const id = unique('new');
    const field = kind === 'select'
      ? el('select', { id, class: 'field' }, value.map((v) => el('option', { value: v, text: v })))
      : el(kind, { id, class: 'field', rows: kind === 'textarea' ? 5 : null, type: kind === 'input' ? 'text' : null, autocomplete: 'off' });
    if (typeof value === 'string') field.value = value;
    return { field, row: el('div', { class: 'input' }, el('label', { for: id, class: 'label', text: label }), field) };
  };
  const shared = app.data.mailboxes.filter((b) => b.shared).map((b) => b.address);
  const rest = app.data.mailboxes.filter((b) => !b.shared).map((b) => b.address);
  const from = input('From', 'input', 'Rosa Lind <rosa.lind@customer.test>');
  const to = input('To', 'select', [...shared, ...rest]);
  const subject = input('Subject', 'input', '');
  const text = input('Text', 'textarea', '');
  if (app.box) to.field.value = app.box.address;
  const send = el('button', { type: 'submit', class: 'btn filled' }, icon('send'), el('span', { text: 'Send' }));
  const close = () => { root.hidden = true; document.querySelector('.write')?.focus(); };
  const form = el('form', {}, from.row, to.row, subject.row, text.row, send);
  form.addEventListener('submit', async (e) => {
    e.preventDefault();
    const done = await during(send, () => api.write({
      mailbox: to.field.value, from: from.field.value, subject: subject.field.value, text: text.field.value,
    }));
    if (done) close();
  });
  const samples = app.data.samples.map((s, i) => {
    const b = el('button', { type: 'button', class: 'sample', title: `${s.from} to ${s.to}` }, el('b', { text: s.label }), el('small', { text: senderAddress(s.from) }));
    b.addEventListener('click', () => during(b, () => api.sample(i)));
    return b;
  });
  fill(root, el('div', { class: 'composetop' }, el('h2', { text: 'Write as a customer' }),
    el('button', { type: 'button', class: 'round', 'aria-label': 'Close', on: { click: close } }, icon('close'))),
  el('div', { class: 'composebody' },
    samples.length > 0 && el('div', { class: 'samples' }, el('p', { class: 'label', text: 'Ready mails' }), samples), form));
  root.onkeydown = (e) => { if (e.key === 'Escape') close(); };
  root.hidden = false;
  from.field.focus();
}
