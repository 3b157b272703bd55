// What changed between two readings of a mailbox, as sentences.
import { labelName, ownLabels } from './labels.js';
import { senderName } from './list.js';

const MOST = 3; // sentences; a flood is summed up

/** Gives [{text, kind}] for new threads, further messages and changed labels. */
export function news(before, after) {
  const old = new Map(before.map((t) => [t.id, t]));
  const out = [];
  for (const t of after) {
    const was = old.get(t.id);
    if (!was) out.push({ text: `${senderName(t.from)} wrote: ${t.subject || '(no subject)'}`, kind: 'mail' });
    else {
      if (t.messages > was.messages) out.push({ text: `New message in ${t.subject || '(no subject)'}`, kind: 'mail' });
      const now = ownLabels(t.labels);
      const then = ownLabels(was.labels);
      const gained = now.filter((l) => !then.includes(l)).map((l) => `+ ${labelName(l)}`);
      const lost = then.filter((l) => !now.includes(l)).map((l) => `− ${labelName(l)}`);
      if (gained.length + lost.length) out.push({ text: `${t.subject || '(no subject)'}: ${[...gained, ...lost].join(', ')}`, kind: 'label' });
    }
  }
  if (out.length <= MOST) return out;
  return [...out.slice(0, MOST - 1), { text: `${out.length - MOST + 1} more threads changed`, kind: 'mail' }];
}
