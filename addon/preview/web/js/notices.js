// What the panel shows in place of a card: a refused answer, an authorization prompt, a choice of cards.
import { AnswerError } from './check.js';
import { openLink } from './clicks.js';
import { el } from './dom.js';
import { icon } from './icons.js';
import { picture } from './pictures.js';

const SHOWN = 8; // reasons

/** Says why an answer is not shown. Developers see what Gmail would only call an error. */
export function problemCard(err, again, label = 'Try again') {
  const strict = err instanceof AnswerError;
  const reasons = strict ? err.reasons : [];
  return el('div', { class: 'problem', role: 'alert' }, icon('warning'),
    el('h2', { tabindex: -1, text: strict ? 'Gmail would not show this answer' : 'The add-on could not be asked' }),
    !strict && el('p', { text: err.message }),
    label !== 'Try again' && el('p', { text: 'What you typed is kept.' }),
    reasons.length > 0 && el('ul', {}, reasons.slice(0, SHOWN).map((r) => el('li', { text: r }))),
    reasons.length > SHOWN && el('p', { text: `and ${reasons.length - SHOWN} more` }),
    el('button', { type: 'button', class: 'btn outlined', text: label, on: { click: again } }));
}

/** Google's own prompts: somebody else's sign-in page, or scopes that are missing. */
export function promptCard(prompt, env) {
  const basic = prompt.basicAuthorizationPrompt;
  const scopes = prompt.requestingGoogleScopes?.scopes ?? [];
  return el('div', { class: 'problem calm' }, icon('lock'),
    el('h2', { tabindex: -1, text: basic ? `${basic.resource} asks you to sign in` : 'Baton asks for more access' }),
    el('p', { text: basic ? 'The add-on needs your permission there before it can show anything.' : 'In Gmail, Google asks you to allow the following.' }),
    scopes.length > 0 && el('ul', {}, scopes.map((s) => el('li', { text: s }))),
    basic && el('button', {
      type: 'button', class: 'btn filled', text: 'Sign in',
      on: { click: () => openLink({ url: basic.authorizationUrl, openAs: 'OVERLAY', onClose: 'RELOAD' }, env) },
    }),
    el('button', { type: 'button', class: 'btn outlined', text: 'Try again', on: { click: env.reload } }));
}

/** Several cards from one trigger: their headers, each of which opens its card. */
export function cardList(cards, push) {
  return el('div', { class: 'cardlist' }, cards.map((card) => {
    const h = card.peekCardHeader ?? card.header ?? { title: card.name ?? 'Card' };
    return el('button', { type: 'button', class: 'cardrow', on: { click: () => push(card) } },
      h.imageUrl && picture(h.imageUrl, h.imageAltText, 'avatar'),
      el('span', { class: 'titles' }, el('strong', { text: h.title }), h.subtitle && el('small', { text: h.subtitle })));
  }));
}
