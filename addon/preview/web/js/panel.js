// The side panel: runs triggers and actions, keeps the two card stacks, draws the top card.
import { api } from './api.js';
import { AnswerError, readAnswer } from './check.js';
import { drawCard } from './card.js';
import { openLink, run } from './clicks.js';
import { add, el, fill } from './dom.js';
import { again, held } from './focus.js';
import { Form } from './form.js';
import { icon } from './icons.js';
import { menu } from './menu.js';
import { cardList, problemCard, promptCard } from './notices.js';
import { Stack } from './stack.js';
import { toast } from './toast.js';

export class Panel {
  #root; #body; #bar; #title;
  #who = null;                       // {as, zone, mailbox, message, platform}
  #urls = { home: '', message: '' };
  #stacks = { home: new Stack(), message: new Stack() };
  #kind = 'home';
  #fault = null;                     // what stands in place of a card
  #form = new Form();
  #turn = 0;                         // answers to an earlier turn are not shown
  #acting = false;
  #held = null;                      // where the keyboard stood when an action began

  constructor(root) {
    this.#root = root;
    this.#bar = el('div', { class: 'progress', role: 'progressbar', 'aria-label': 'Waiting for the add-on', hidden: true });
    this.#title = el('div', { class: 'paneltop' });
    this.#body = el('div', { class: 'panelbody' });
    add(root, this.#title, this.#bar, this.#body);
  }

  /** Says where the triggers are. */
  addon(urls) { this.#urls = urls; }

  /** Shows the panel for a person in a mailbox, with a message open or none. A new person or mailbox
   * starts afresh; leaving a message drops its cards. */
  open(who) {
    const old = this.#who;
    this.#who = who;
    const moved = !old || old.as !== who.as || old.mailbox !== who.mailbox || old.platform !== who.platform;
    if (moved) this.#stacks.home = new Stack();
    if (moved || old.message !== who.message) this.#stacks.message = new Stack();
    else return;
    this.#leave();
    this.#kind = who.message ? 'message' : 'home';
    if (this.#homeless) this.#draw();
    else if (this.#stack.stale) this.reload();
    else this.#draw();
  }

  // Gmail's phone app shows the add-on with an open message only.
  get #homeless() { return this.#kind === 'home' && this.#who.platform !== 'WEB'; }

  get #stack() { return this.#stacks[this.#kind]; }

  #leave() {
    this.#turn++;
    this.#acting = false;
    this.#busy(false);
    this.#fault = null;
  }

  /** Runs the shown context's trigger again. */
  async reload() {
    this.#leave();
    const turn = this.#turn;
    const stack = this.#stack;
    this.#busy(true);
    if (stack.depth === 0) this.#blank();
    try {
      const got = await this.#call('trigger', this.#urls[this.#kind], {});
      if (turn !== this.#turn) return;
      this.#fault = null;
      if (got.prompt && !got.prompt.customAuthorizationPrompt) this.#fault = promptCard(got.prompt, this.#env());
      else {
        const cards = (got.render.action?.navigations ?? []).map((n) => n.pushCard ?? n.updateCard).filter(Boolean);
        if (cards.length === 0) throw new AnswerError(['The trigger answered without a card']);
        stack.reset(cards);
        this.#effects(got);
      }
    } catch (err) {
      if (turn !== this.#turn) return;
      this.#fault = problemCard(err, () => this.reload());
    }
    this.#busy(false);
    this.#draw();
  }

  async #call(kind, url, { form = {}, inputs = {}, parameters }) {
    const { as, mailbox, platform } = this.#who;
    const message = this.#kind === 'message' ? this.#who.message : '';
    const { status, answer } = await api.call({ as, url, mailbox, message, platform, form, inputs, parameters });
    return readAnswer(kind, status, answer);
  }

  // act runs a widget's action with the inputs of the whole shown card.
  async #act(action, node, extra = []) {
    if (this.#acting || !this.#form.complete(action)) return;
    const turn = this.#turn;
    const wait = action.loadIndicator !== 'NONE';
    const values = this.#form.snapshot();
    this.#acting = true;
    this.#held = held(this.#root);
    node.setAttribute('aria-busy', 'true');
    if (wait) this.#busy(true);
    try {
      const got = await this.#call('action', action.function, { ...this.#form.read(), parameters: parameters(action, extra) });
      if (turn !== this.#turn) return;
      this.#finish(got, action, wait ? values : this.#form.snapshot());
    } catch (err) {
      if (turn !== this.#turn) return;
      Object.assign(this.#stack.top, { values, held: this.#held }); // what was typed comes back with the card
      this.#fault = problemCard(err, () => { this.#fault = null; this.#draw(); }, 'Back to the card');
      this.#draw();
    } finally {
      node.removeAttribute('aria-busy');
      if (turn === this.#turn) {
        this.#acting = false;
        this.#busy(false);
      }
    }
  }

  #finish(got, action, values) {
    const stack = this.#stack;
    const before = stack.top;
    const { depth } = stack;
    Object.assign(before, { values, held: this.#held });
    const marks = stack.entries.map((e) => e.held);
    if (got.prompt && !got.prompt.customAuthorizationPrompt) {
      this.#fault = promptCard(got.prompt, this.#env());
      this.#draw();
      return;
    }
    const navigations = got.render.action?.navigations ?? [];
    const lost = stack.navigate(navigations);
    if (lost) {
      this.#fault = problemCard(new AnswerError([`popToCard names ${lost}, which is not in the stack`]), () => { this.#fault = null; this.#draw(); }, 'Back to the card');
    }
    // persistValues false: the inputs go back to what the card says, as in Gmail's client.
    if (stack.top === before) before.values = action.persistValues ? values : null;
    else if (action.persistValues && stack.depth === depth && !stack.entries.includes(before)) stack.top.values ??= values; // not into the card under a form that went
    if (got.stateChanged) for (const [kind, other] of Object.entries(this.#stacks)) if (kind !== this.#kind) other.stale = true;
    const redraw = navigations.length > 0 || lost || !action.persistValues;
    // The keyboard stays on its control, goes back to the one that opened the card that went, or
    // begins a new card at its heading.
    stack.top.held = stack.depth > depth ? null : marks[stack.depth - 1];
    if (redraw) this.#draw(stack.top === before ? 'keep' : 'top');
    this.#effects(got);
  }

  // effects are the parts of an answer beside cards.
  #effects({ render }) {
    if (render.action?.notification) toast(render.action.notification.text, 'note');
    if (render.action?.link) openLink(render.action.link, this.#env());
    const host = render.hostAppAction?.gmailAction;
    if (host?.openCreatedDraftActionMarkup) {
      toast(`Gmail opens the draft ${host.openCreatedDraftActionMarkup.draftId} here; the preview has no editor.`, 'note');
    } else if (host) toast('Gmail changes the open draft here; the preview has no editor.', 'note');
  }

  async #suggest(action) {
    try {
      const got = await this.#call('suggest', action.function, { ...this.#form.read(), parameters: parameters(action, []) });
      return got.suggestions;
    } catch (err) {
      toast(err instanceof AnswerError ? `Suggestions: ${err.reasons[0]}` : err.message, 'error');
      return [];
    }
  }

  #env() {
    return {
      form: this.#form, zone: this.#who.zone,
      act: (action, node, extra) => this.#act(action, node, extra),
      suggest: (action) => this.#suggest(action),
      reload: () => this.reload(),
      push: (card) => this.#push(card),
    };
  }

  #push(card) {
    const top = this.#stack.top;
    if (top.card) Object.assign(top, { values: this.#form.snapshot(), held: held(this.#root) });
    this.#held = top.held;
    this.#stack.push(card);
    this.#draw('top');
  }

  #back() {
    this.#leave();
    this.#held = held(this.#root);
    this.#stack.pop();
    this.#draw('top');
  }

  #busy(on) {
    this.#bar.hidden = !on;
    this.#body.inert = on && this.#stack.depth > 0;
    this.#root.setAttribute('aria-busy', String(on));
  }

  #blank() {
    this.#drawTop(null);
    fill(this.#body, el('div', { class: 'ghost', 'aria-hidden': 'true' }, el('i'), el('i'), el('i'), el('i')));
  }

  #draw(focus) {
    const top = this.#stack.top;
    const inside = this.#held !== null || this.#root.contains(document.activeElement);
    const place = this.#body.querySelector('.cardbody')?.scrollTop ?? 0;
    this.#form = new Form();
    this.#drawTop(top);
    if (this.#homeless) fill(this.#body, el('p', { class: 'empty', text: 'Gmail’s phone app has no home card. Open a message; My work on its card leads to the rest.' }));
    else if (this.#fault || !top) {
      fill(this.#body, this.#fault ?? el('p', { class: 'empty', text: 'Nothing to show.' }));
    } else if (top.cards) fill(this.#body, cardList(top.cards, (card) => this.#push(card)));
    else {
      fill(this.#body, drawCard(top.card, this.#env()));
      if (top.values) this.#form.restore(top.values);
    }
    const card = this.#body.querySelector('.cardbody');
    if (card && focus === 'keep') card.scrollTop = place;
    if (!inside || !focus) return;
    this.#held = null;
    this.#body.inert = false;
    const at = this.#fault ? null : again(this.#root, top?.held);
    (at ?? this.#body.querySelector('h2') ?? this.#title).focus({ preventScroll: Boolean(at) });
    at?.scrollIntoView({ block: 'nearest' });
  }

  #drawTop(top) {
    const deep = this.#stack.depth > 1;
    const entries = () => [
      ...(deep ? [] : [{ text: 'Refresh', icon: icon('refresh'), run: () => this.reload() }]),
      ...(top?.card?.cardActions ?? []).map((a) => ({ text: a.actionLabel, run: () => run(a.onClick, more, this.#env()) })),
    ];
    const more = el('button', { type: 'button', class: 'round', 'aria-label': 'Card menu', 'aria-haspopup': 'menu', on: { click: () => menu(more, entries()) } }, icon('more'));
    this.#title.tabIndex = -1;
    fill(this.#title,
      deep
        ? el('button', { type: 'button', class: 'round backarrow', 'aria-label': 'Back', on: { click: () => this.#back() } }, icon('back'))
        : el('img', { src: '/preview/app/icon.svg', alt: '', width: 22, height: 22 }),
      el('span', { class: 'panelname', text: 'Baton' }),
      (!deep || top?.card?.cardActions?.length > 0) && more);
  }
}

function parameters(action, extra) {
  return Object.fromEntries([...(action.parameters ?? []), ...extra].map((p) => [p.key, p.value ?? '']));
}

