// What is typed and not on the server yet, kept in this window alone: it outlives a reload, a
// page the phone threw away and one that could not be sent, and is gone with the window. Files
// are not in it. Only a copy that is newer than what the server has is put back; times are the
// server's, as far as the page knows them.

const key = (form) => `draft ${form.dataset.owner} ${form.action}`;
const loaded = Date.now();
const ahead = (form) => Date.parse(form.dataset.now) - loaded;

/** Name and value of everything typed, as the server keeps it. */
export function typed(form) {
  return [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken",
  );
}

export function keep(form) {
  const copy = { at: Date.now() + ahead(form), fields: typed(form) };
  try {
    sessionStorage.setItem(key(form), JSON.stringify(copy));
  } catch {
    // the store is full or forbidden; the page itself still has it
  }
}

export function forget(form) {
  try {
    sessionStorage.removeItem(key(form));
  } catch {
    // as above
  }
}

/** Puts back what did not reach the server; whether there was any. */
export function putBack(form) {
  const copy = kept(form);
  if (!copy || copy.at <= Date.parse(form.dataset.saved || 0)) return false;
  if (JSON.stringify(copy.fields) === JSON.stringify(typed(form))) return false;
  for (const field of form.elements) {
    const given = copy.fields.filter(([name]) => name === field.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(field.type)) field.checked = given.includes(field.value);
    else if (field.matches("input:not([type=file], [type=hidden]), textarea, select")) {
      field.value = given[0] ?? field.value;
    }
  }
  return true;
}

function kept(form) {
  try {
    return JSON.parse(sessionStorage.getItem(key(form)));
  } catch {
    return null;
  }
}
