// The address after "#": person/mailbox/folder/thread, so that reload and the back button work.

/** Reads the address; parts that are missing are "". */
export function readRoute() {
  const [as = '', mailbox = '', folder = '', thread = ''] = location.hash.replace(/^#\/?/, '').split('/').map((part) => {
    try { return decodeURIComponent(part); } catch { return ''; }
  });
  return { as, mailbox, folder, thread };
}

/** Writes an address. */
export function href({ as, mailbox, folder = 'INBOX', thread = '' }) {
  return `#/${[as, mailbox, folder, thread].filter((p, i, all) => p || all.slice(i).some(Boolean)).map(encodeURIComponent).join('/')}`;
}
