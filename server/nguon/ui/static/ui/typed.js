// What was typed into a form that the server refused comes back into that form, whichever page tells why.
const KEPT = "typed";
const LONGEST = 600_000; // ms that a form is kept
const OURS = new Set(["csrfmiddlewaretoken", "v"]);
const REFUSED = "[data-error-summary], .notice.bad[role=alert]";

const fields = (form) => [...form.elements].filter((one) => one.name
  && !one.matches("button, fieldset, object, output, [type=hidden], [type=password], [type=file], [type=submit], [autocomplete=one-time-code]"));
const isTicked = (one) => one.type === "checkbox" || one.type === "radio";
const nameOf = (form) => JSON.stringify([form.getAttribute("action") ?? "",
  ...[...form.querySelectorAll("input[type=hidden]")].filter((one) => !OURS.has(one.name)).map((one) => [one.name, one.value])]);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hidden) return;
  const values = fields(form).map((one) => [one.name, isTicked(one) ? one.checked : one.value]);
  try { sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), form: nameOf(form), values })); } catch { /* full: then it is not kept */ }
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
  const refused = document.querySelector(REFUSED);
  const form = [...document.forms].find((one) => nameOf(one) === kept.form);
  if (refused && form && Date.now() - kept.at < LONGEST) fill(form, kept.values);
  // It outlives a page that only says why, and the sign-in page of a session that has ended.
  if (form || !(refused || location.pathname.startsWith("/accounts/"))) sessionStorage.removeItem(KEPT);
}
