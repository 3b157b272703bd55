// Refuses what Google's strict parser refuses, and says where and why: a card that shows here shows
// in Gmail.
import { MESSAGES, MOST, ONE_OF } from './schema.js';

/** An answer that Gmail would not show, with every reason found. */
export class AnswerError extends Error {
  constructor(reasons) {
    super(reasons[0]);
    this.reasons = reasons;
  }
}

const HINTS = {
  interaction: 'is for Chat only and strips the card in Gmail',
  chipList: 'is a developer preview in Gmail',
  carousel: 'is for Chat only',
  textSyntax: 'is for Chat only', contentText: 'is for Chat only', placeholderText: 'is for Chat only',
  platformDataSource: 'does not exist in Gmail; give items', externalDataSource: 'does not exist in Gmail; give items',
  endNavigation: 'is for Chat only', popCard: 'is spelt pop in JSON', popToNamedCard: 'is spelt popToCard in JSON',
  openCreatedDraftAction: 'is spelt openCreatedDraftActionMarkup',
};

const isObject = (v) => typeof v === 'object' && v !== null && !Array.isArray(v);
const camel = (s) => s.replace(/_([a-z])/g, (_, c) => c.toUpperCase());

const SCALARS = {
  s: ['text', (v) => typeof v === 'string'],
  b: ['true or false', (v) => typeof v === 'boolean'],
  n: ['a number', (v) => typeof v === 'number' && Number.isFinite(v)],
  i: ['a whole number', (v) => Number.isInteger(v) || (typeof v === 'string' && /^-?\d+$/.test(v))],
};

function value(v, type, path, out) {
  if (SCALARS[type]) {
    const [what, test] = SCALARS[type];
    if (!test(v)) out.push(`${path} must be ${what}`);
  } else if (MESSAGES[type]) message(v, type, path, out);
  else if (!type.split('|').includes(v)) out.push(`${path} must be one of ${type.split('|').join(', ')}`);
}

function message(v, name, path, out) {
  if (!isObject(v)) {
    out.push(`${path} must be an object`);
    return;
  }
  const spec = MESSAGES[name];
  for (const [key, inner] of Object.entries(v)) {
    const field = Object.hasOwn(spec, key) ? spec[key] : undefined;
    const at = path ? `${path}.${key}` : key;
    if (!field) out.push(`${at} ${Object.hasOwn(HINTS, key) ? HINTS[key] : `is no field of ${name}`}`);
    else if (!field.list) value(inner, field.type, at, out);
    else if (!Array.isArray(inner)) out.push(`${at} must be a list`);
    else {
      const most = MOST[`${name}.${key}`] ?? Infinity;
      if (inner.length > most) out.push(`${at} has ${inner.length} entries, Google takes ${most}`);
      inner.forEach((item, i) => value(item, field.type, `${at}[${i}]`, out));
    }
  }
  for (const [key, field] of Object.entries(spec)) {
    if (field.required && (v[key] === undefined || v[key] === '')) out.push(`${path ? `${path}.` : ''}${key} is missing`);
  }
  if (ONE_OF.has(name) && Object.keys(v).length !== 1) out.push(`${path || name} must have exactly one field, has ${Object.keys(v).length}`);
  rules(v, name, path, out);
}

// rules holds what the table cannot say.
function rules(v, name, path, out) {
  const set = (...keys) => keys.filter((k) => v[k] !== undefined).length;
  if (name === 'DecoratedText' && set('button', 'switchControl', 'endIcon') > 1) out.push(`${path} may have one of button, switchControl, endIcon`);
  if (name === 'TextInput' && !v.label && !v.hintText) out.push(`${path} needs a label or a hintText`);
  if (name === 'Button' && !v.text && !v.icon) out.push(`${path} needs a text or an icon`);
  if (name === 'Icon' && set('knownIcon', 'iconUrl', 'materialIcon') !== 1) out.push(`${path} must have one of knownIcon, iconUrl, materialIcon`);
  if (name === 'Card') {
    const n = countWidgets(v);
    if (n > MOST.cardWidgets) out.push(`${path} has ${n} widgets, Google takes ${MOST.cardWidgets} and drops the sections beyond`);
  }
}

function countWidgets(card) {
  const count = (widgets) => (Array.isArray(widgets) ? widgets : []).reduce((sum, w) => sum + 1
    + (Array.isArray(w?.columns?.columnItems) ? w.columns.columnItems.reduce((n, c) => n + count(c?.widgets), 0) : 0), 0);
  return (Array.isArray(card.sections) ? card.sections : []).reduce((sum, s) => sum + count(s?.widgets), 0);
}

// Authorization answers are documented in snake_case; proto3 JSON takes both.
function authorization(answer) {
  const out = {};
  for (const [key, inner] of Object.entries(answer)) {
    out[camel(key)] = isObject(inner) ? Object.fromEntries(Object.entries(inner).map(([k, v]) => [camel(k), v])) : inner;
  }
  const spec = MESSAGES.AuthorizationError;
  return Object.keys(out).length === 1 && Object.hasOwn(spec, Object.keys(out)[0]) ? out : null;
}

const KINDS = { trigger: 'RenderActions', action: 'SubmitFormResponse', suggest: 'AutocompletionResponse' };

/** Reads an answer to a "trigger" (bare), an "action" (wrapped) or a "suggest" call, or throws
 * AnswerError. Gives {render, stateChanged, suggestions, prompt}. */
export function readAnswer(kind, status, answer) {
  if (status < 200 || status > 299) throw new AnswerError([`The add-on answered with status ${status}`]);
  if (!isObject(answer)) throw new AnswerError(['The answer is no JSON object']);
  const out = [];
  const prompt = authorization(answer);
  if (prompt) {
    message(prompt, 'AuthorizationError', '', out);
    if (out.length) throw new AnswerError(out);
    return { render: prompt.customAuthorizationPrompt ?? {}, stateChanged: false, suggestions: [], prompt };
  }
  if (kind === 'trigger' && answer.renderActions !== undefined) out.push('renderActions: a trigger is answered bare, {"action": …}');
  else if (kind === 'action' && answer.action !== undefined) out.push('action: an action is answered wrapped, {"renderActions": {"action": …}}');
  else message(answer, KINDS[kind], '', out);
  if (out.length) throw new AnswerError(out);
  return {
    render: (kind === 'trigger' ? answer : answer.renderActions) ?? {},
    stateChanged: answer.stateChanged === true,
    suggestions: (answer.autoComplete?.items ?? []).map((i) => i.text),
    prompt: null,
  };
}
