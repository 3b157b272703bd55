// What a card's inputs hold, in the shape of commonEventObject.formInputs.

/** Collects the inputs of one drawn card. */
export class Form {
  #fields = [];

  /** Adds an input: read() gives a list of strings or a date object, or null when empty; write(v)
   * takes what read gave; fault() gives a sentence when the value is not acceptable; box marks it. */
  add(name, field) {
    this.#fields.push({ name, fault: () => '', ...field });
  }

  /** {form: {name: [text]}, inputs: {name: {dateInput…}}}; empty inputs are left out. */
  read() {
    const form = {};
    const inputs = {};
    for (const { name, read } of this.#fields) {
      const value = read();
      if (value === null) continue;
      if (Array.isArray(value)) form[name] = [...(form[name] ?? []), ...value];
      else inputs[name] = value;
    }
    return { form, inputs };
  }

  /** Values in order of drawing, for restore() on a later drawing of a card with the same inputs. */
  snapshot() {
    return this.#fields.map(({ name, read }) => ({ name, value: read() }));
  }

  restore(values) {
    const rest = [...values];
    for (const field of this.#fields) {
      const i = rest.findIndex((v) => v.name === field.name);
      if (i >= 0) field.write(rest.splice(i, 1)[0].value);
    }
  }

  /** Marks inputs that an action requires and that are empty or wrong; true when none is. */
  complete(action) {
    const needed = new Set(action.requiredWidgets ?? []);
    let first = null;
    for (const field of this.#fields) {
      const missing = (action.allWidgetsAreRequired || needed.has(field.name)) && field.read() === null;
      const text = missing ? 'Required' : field.fault();
      mark(field.box, text);
      if (text && !first) first = field.box;
    }
    first?.querySelector('input, textarea, select, button')?.focus();
    return !first;
  }
}

function mark(box, text) {
  box.classList.toggle('wrong', text !== '');
  let note = box.querySelector(':scope > .fault');
  if (!note && text) {
    note = document.createElement('p');
    note.className = 'fault';
    note.setAttribute('role', 'alert');
    box.append(note);
  }
  if (note) note.textContent = text;
}
