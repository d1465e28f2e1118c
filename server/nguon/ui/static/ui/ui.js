// Small helps on every page. Each works on top of a form or link that works without it.

const root = document.documentElement;

// Display settings: change at once, keep in the cookie behind.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-display]");
  const button = event.submitter;
  if (!form || !button) return;
  event.preventDefault();
  root.dataset[button.name] = button.value;
  for (const other of document.querySelectorAll(`[data-display] button[name="${button.name}"]`)) {
    other.setAttribute("aria-pressed", String(other.value === button.value));
  }
  const body = new FormData(form, button);
  fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
});

// A second press of the same button must not send twice; the server holds that too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once-form]")) return;
  if (form.classList.contains("sending")) {
    event.preventDefault();
    return;
  }
  form.classList.add("sending");
  setTimeout(() => form.classList.remove("sending"), 8000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.sending")) form.classList.remove("sending");
});

// A menu at the edge of the window comes into view when it opens.
document.addEventListener("toggle", (event) => {
  if (event.target.matches("details.menu[open]")) event.target.lastElementChild.scrollIntoView({ block: "nearest" });
}, true);

// Menus close on Escape and on a press elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Show and hide a password.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal]");
  if (!button) return;
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
});

// A piece of the page that turns out to be the sign-in page: the session has ended, so show that page whole.
document.addEventListener("htmx:beforeSwap", (event) => {
  const from = new URL(event.detail.xhr.responseURL || location.href);
  if (from.pathname.startsWith("/accounts/")) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

// After a failed form, go to what is wrong.
const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();

// Tell people when the connection to the server is gone, and when it is back.
const lost = document.querySelector("[data-offline]");
if (lost) {
  const tell = () => { lost.hidden = navigator.onLine; };
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  document.body.addEventListener("htmx:sendError", () => { lost.hidden = false; });
  document.body.addEventListener("htmx:afterOnLoad", () => { lost.hidden = true; });
}
