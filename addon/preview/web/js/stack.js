// A context's cards, as Gmail's client keeps them: the homepage has one stack, the open message
// another. The root card is never popped.

export class Stack {
  constructor() {
    this.entries = [];
    this.stale = true; // the trigger must run before anything is shown
  }

  get top() { return this.entries.at(-1); }
  get depth() { return this.entries.length; }

  push(card) { this.entries.push({ card, values: null }); }

  /** Starts over with what a trigger gave: one card, or a list of headers to choose from. */
  reset(cards) {
    this.entries = cards.length === 1 ? [{ card: cards[0], values: null }] : [{ cards, values: null }];
    this.stale = false;
  }

  pop() { if (this.depth > 1) this.entries.pop(); }

  /** Performs navigations in order; gives the name of a card that popToCard did not find, or "". */
  navigate(navigations) {
    for (const n of navigations) {
      if (n.pushCard) this.push(n.pushCard);
      else if (n.updateCard) this.entries[Math.max(this.depth - 1, 0)] = { card: n.updateCard, values: null };
      else if (n.pop) this.pop();
      else if (n.popToRoot) this.entries.length = Math.min(this.depth, 1);
      else if (n.popToCard !== undefined) {
        const at = this.entries.findLastIndex((e) => e.card?.name === n.popToCard);
        if (at < 0) return n.popToCard;
        this.entries.length = at + 1;
      }
    }
    return '';
  }
}
