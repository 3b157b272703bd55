// dateTimePicker: native fields on one side, Google's epoch milliseconds on the other. A date alone is
// 00:00 UTC of that day, a time alone counts from midnight UTC, both together are a moment in the
// reader's zone (or in the offset the card gives, minutes east of UTC).
import { el, unique } from './dom.js';

const DAY = 86400000;
const MINUTE = 60000;

/** Milliseconds east of UTC in an IANA zone at a moment. */
export function offsetAt(zone, ms) {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }).formatToParts(ms);
  const n = Object.fromEntries(parts.map((p) => [p.type, Number(p.value)]));
  return Date.UTC(n.year, n.month - 1, n.day, n.hour, n.minute, n.second) - Math.floor(ms / 1000) * 1000;
}

const iso = (ms) => new Date(ms).toISOString();

function local(ms, w, zone) {
  return ms + (w.timezoneOffsetDate === undefined ? offsetAt(zone, ms) : Number(w.timezoneOffsetDate) * MINUTE);
}

// moment turns wall-clock milliseconds into an instant; the second look settles summer time.
function moment(wall, w, zone) {
  if (w.timezoneOffsetDate !== undefined) return wall - Number(w.timezoneOffsetDate) * MINUTE;
  const guess = wall - offsetAt(zone, wall);
  return wall - offsetAt(zone, guess);
}

const KINDS = {
  DATE_ONLY: {
    type: 'date',
    show: (ms) => iso(ms).slice(0, 10),
    read: (text) => ({ dateInput: { msSinceEpoch: String(Date.parse(`${text}T00:00Z`)) } }),
    ms: (v) => Number(v.dateInput.msSinceEpoch),
  },
  TIME_ONLY: {
    type: 'time',
    show: (ms) => iso(((ms % DAY) + DAY) % DAY).slice(11, 16),
    read: (text) => ({ timeInput: { hours: Number(text.slice(0, 2)), minutes: Number(text.slice(3, 5)) } }),
    ms: (v) => (v.timeInput.hours * 60 + v.timeInput.minutes) * MINUTE,
  },
  DATE_AND_TIME: {
    type: 'datetime-local',
    show: (ms, w, zone) => iso(local(ms, w, zone)).slice(0, 16),
    read: (text, w, zone) => ({
      dateTimeInput: { hasDate: true, hasTime: true, msSinceEpoch: String(moment(Date.parse(`${text}Z`), w, zone)) },
    }),
    ms: (v) => Number(v.dateTimeInput.msSinceEpoch),
  },
};

export function dateTimePicker(w, env) {
  const kind = KINDS[w.type] ?? KINDS.DATE_AND_TIME;
  const id = unique('in');
  const input = el('input', { id, name: w.name, type: kind.type, class: 'field' });
  const show = (ms) => { input.value = kind.show(ms, w, env.zone); };
  if (w.valueMsEpoch !== undefined) show(Number(w.valueMsEpoch));
  const box = el('div', { class: 'input' }, el('label', { for: id, class: 'label', text: w.label ?? '' }), input);
  env.form.add(w.name, {
    box,
    read: () => (input.value ? kind.read(input.value, w, env.zone) : null),
    write: (v) => { if (v) show(kind.ms(v)); else input.value = ''; },
  });
  if (w.onChangeAction) input.addEventListener('change', () => env.act(w.onChangeAction, input));
  return box;
}
