// The preview's own API; docs/preview.md describes each call.

/** A refusal by the server, with its plain sentence. */
export class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

async function ask(path, init) {
  let res;
  try {
    res = await fetch(path, init);
  } catch {
    throw new Refused(0, 'The preview does not answer; is it still running?');
  }
  const body = await res.json().catch(() => ({}));
  if (!res.ok) throw new Refused(res.status, body.error || `The preview answered with status ${res.status}.`);
  return body;
}

const get = (path, query = {}) => ask(`/preview/api/${path}?${new URLSearchParams(query)}`);
const post = (path, body) => ask(`/preview/api/${path}`, {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
});

export const api = {
  state: (mailbox) => get('state', mailbox ? { mailbox } : {}),
  thread: (mailbox, id) => get('thread', { mailbox, id }),
  gallery: (platform, reader) => get('gallery', { platform, reader }),
  call: (request) => post('call', request),
  write: (mail) => post('write', mail),
  sample: (index) => post('sample', { index }),
};
