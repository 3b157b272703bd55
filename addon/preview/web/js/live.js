// Follows the change stream and reconnects with growing pauses.

const FIRST = 500;      // ms before the first new attempt
const LONGEST = 30000;  // ms
const GATHER = 120;     // ms in which several changes become one reading

/** Calls changed() after mail or labels changed and after each gap in the stream; status(text) says
 * how the connection is. */
export function follow(changed, status) {
  let pause = FIRST;
  let gap = false;
  let timer;
  let running = false;
  let again = false;

  const read = async () => {
    if (running) { again = true; return; }
    running = true;
    try { await changed(); } catch { /* the next change reads again */ }
    running = false;
    if (again) { again = false; soon(); }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(read, GATHER); };

  const connect = () => {
    const source = new EventSource('/preview/api/changes');
    source.addEventListener('ready', () => {
      pause = FIRST;
      status('');
      document.documentElement.dataset.live = 'on';
      if (gap) soon();
    });
    source.addEventListener('change', soon);
    source.onerror = () => {
      source.close();
      gap = true;
      document.documentElement.dataset.live = 'off';
      status('Reconnecting…');
      setTimeout(connect, pause * (0.7 + 0.6 * Math.random()));
      pause = Math.min(pause * 2, LONGEST);
    };
  };
  connect();
}
