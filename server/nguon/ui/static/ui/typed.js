// What was typed into a form that the server refused comes back into that form, whichever page tells why; also
// after signing in again.
const KEPT = "typed";
const LONGEST = 600_000; // ms that a form is kept
const OURS = new Set(["csrfmiddlewaretoken", "v"]);
const REFUSED = "[data-error-summary], .notice.bad[role=alert]";
const signingIn = location.pathname.startsWith("/accounts/");

const fields = (form) => [...form.elements].filter((one) => one.name
  && !one.matches("button, fieldset, object, output, [type=hidden], [type=password], [type=file], [type=submit], [autocomplete=one-time-code]"));
const isTicked = (one) => one.type === "checkbox" || one.type === "radio";
const nameOf = (form) => JSON.stringify([form.getAttribute("action") ?? "",
  ...[...form.querySelectorAll("input[type=hidden]")].filter((one) => !OURS.has(one.name)).map((one) => [one.name, one.value])]);
const keep = (kept) => {
  try { sessionStorage.setItem(KEPT, JSON.stringify(kept)); } catch { /* full: then it is not kept */ }
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || signingIn || form.method !== "post" || form.hidden) return;
  const values = fields(form).map((one) => [one.name, isTicked(one) ? one.checked : one.value]);
  keep({ at: Date.now(), form: nameOf(form), values });
});

const fill = (form, values) => {
  const here = fields(form);
  values.forEach(([name, value], n) => {
    const one = here[n]?.name === name ? here[n] : null;
    if (!one) return;
    if (isTicked(one)) one.checked = value;
    else if (one.tagName !== "SELECT" || [...one.options].some((option) => option.value === value)) one.value = value;
  });
  for (let outer = form.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
};

const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
if (kept) {
  const fresh = Date.now() - kept.at < LONGEST;
  const told = document.querySelector(REFUSED);
  const form = [...document.forms].find((one) => nameOf(one) === kept.form);
  // A page that only says why, or asks to sign in again: the form comes later.
  if (fresh && (signingIn || document.querySelector("[data-typed-later]"))) keep({ ...kept, later: true });
  else {
    if (fresh && form && (told || kept.later)) fill(form, kept.values);
    if (!fresh || form || !(told || kept.later)) sessionStorage.removeItem(KEPT);
  }
}
