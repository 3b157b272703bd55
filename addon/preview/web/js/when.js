// Times the way a mail list shows them, in the person's zone.

/** Short: time today, day this year, date else. */
export function brief(iso, zone, now = Date.now()) {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return '';
  const day = (ms) => new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(ms);
  if (day(at) === day(now)) return format(at, zone, { hour: '2-digit', minute: '2-digit' });
  if (day(at).slice(0, 4) === day(now).slice(0, 4)) return format(at, zone, { day: 'numeric', month: 'short' });
  return format(at, zone, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** Whole date and time. */
export function full(iso, zone) {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? '' : format(at, zone, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
}

function format(ms, zone, shape) {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...shape }).format(ms);
}
