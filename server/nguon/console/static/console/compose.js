// Soạn: the draft is kept as one types; chosen places in the tree and above it are the same thing.

const form = document.querySelector("#compose");
const all = (selector, within = form) => [...within.querySelectorAll(selector)];
const badge = () => document.querySelector("#saved");
let timer = null;

const saveSoon = (delay) => {
  clearTimeout(timer);
  timer = setTimeout(() => form.dispatchEvent(new CustomEvent("save")), delay);
};

const quiet = (target) => target.name === "q" || target.type === "file" || target.name.startsWith("reading-");
form.addEventListener("input", (event) => {
  if (quiet(event.target)) return;
  if (event.target.name === "spoken_text") form.querySelector("[data-spoken-own]").value = "on";
  count();
  saveSoon(1200);
});

// A choice stays in the form until the server has answered with its chip, even if the tree is exchanged meanwhile.
const keepUntilSaved = (input) => {
  const kept = all("#chosen input[type=hidden]").find((one) => one.value === input.value);
  if (kept) kept.remove();
  if (!input.checked) return;
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "targets", value: input.value });
  form.querySelector("#chosen").append(hidden);
};
form.addEventListener("change", (event) => {
  const input = event.target;
  if (quiet(input)) return;
  if (input.name === "targets") {
    for (const twin of all(`input[name="targets"]`)) if (twin.value === input.value) twin.checked = input.checked;
    keepUntilSaved(input);
  }
  if (input.name === "voice") {
    form.querySelector("[data-voice-credit]").textContent = input.selectedOptions[0].dataset.credit;
  }
  saveSoon(150);
});

// Branches that arrive later must show what is chosen already.
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.closest("#tree")) {
    const chosen = new Set(all("[data-chip]:checked, #chosen input[type=hidden]").map((chip) => chip.value));
    for (const box of all("#tree input[name=targets]")) box.checked = chosen.has(box.value);
  }
  const fresh = form.querySelector("audio[data-fresh]");
  if (fresh) {
    fresh.removeAttribute("data-fresh");
    fresh.play().catch(() => {});
  }
});

// A recording that has arrived is not sent again with the next press.
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.elt.matches("#sound button")) form.querySelector("#id_file").value = "";
});

// Nothing typed is lost when the server cannot be reached: say so, and try again.
form.addEventListener("htmx:sendError", () => {
  badge().textContent = badge().dataset.failed;
  saveSoon(5000);
});

form.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  const said = status === 503 ? responseText : badge().dataset.failed; // a full disk comes with its sentence
  badge().textContent = status === 403 ? badge().dataset.ended : said;
  badge().classList.add("bad", "wrap");
});

// A finding of the lint: show where it stands; the server counts characters, the page half-words of UTF-16.
form.addEventListener("click", (event) => {
  const finding = event.target.closest(".finding");
  if (!finding) return;
  const field = form.querySelector("#id_text");
  const characters = [...field.value];
  const units = (count) => characters.slice(0, count).join("").length;
  const at = Number(finding.dataset.at);
  field.focus();
  field.setSelectionRange(units(at), units(at + Number(finding.dataset.length)));
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.name?.startsWith("reading-")) return;
  event.preventDefault();
  event.target.closest(".teach").querySelector("button").click();
});
// Nobody's reading is taken from under the fingers by a save that comes back.
document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const typing = document.activeElement?.name?.startsWith("reading-");
  if (event.detail.target.id === "lint" && typing && !event.detail.fragment.querySelector("[role=status]")) {
    event.detail.shouldSwap = false;
  }
});

// Leaving the page right after typing: send what is not yet sent.
window.addEventListener("pagehide", () => {
  if (timer === null) return;
  const body = new FormData(form);
  body.delete("file");
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  navigator.sendBeacon(form.getAttribute("hx-post"), body);
});
// Only a save makes the waiting one needless; a search or a branch that opens does not.
form.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt !== form) return;
  clearTimeout(timer);
  timer = null;
});
form.addEventListener("submit", () => { clearTimeout(timer); timer = null; });

// Characters, and how long a voice needs for them.
const text = form.querySelector("[data-count]");
const count = () => {
  const words = text.value.trim().split(/\s+/).filter(Boolean).length;
  const speed = Number((form.querySelector("[name=speed]:checked") || { value: 120 }).value);
  const seconds = Math.round((words / speed) * 60);
  form.querySelector("[data-count-now]").textContent = [...text.value].length;
  const slot = form.querySelector("[data-count-time]");
  slot.textContent = words ? `${slot.dataset.words} ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : "";
  text.closest(".field").classList.toggle("wrong", text.value.length > Number(text.dataset.limit));
};
count();

// More times a day.
const add = form.querySelector("[data-add-time]");
add.hidden = false;
add.addEventListener("click", () => {
  const inputs = all("[name=times]");
  const next = inputs.at(-1).cloneNode();
  next.value = "";
  next.setAttribute("aria-label", next.getAttribute("aria-label").replace(/\d+/, String(inputs.length + 1)));
  add.before(next);
  next.focus();
  add.hidden = inputs.length + 1 >= 4;
});
