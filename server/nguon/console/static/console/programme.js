// Lịch phát: an airing is dragged to another session, or before another line of its own; with a mouse, with a
// finger on its grip, or with the keys on its grip. Its page has a form for the same.
const form = document.querySelector("[data-drag]");
const days = document.querySelector("[data-programme]");
const said = document.querySelector("[data-drag-said]");
const EDGE = 70; // px of the window's edge at which it scrolls along

const blockOf = (element) => element?.closest(".block[data-phien]");
const linesOf = (block) => [...block.querySelectorAll("[data-luot]")];
const nameOf = (element) => (element.querySelector("a, h3 span") ?? element.lastChild).textContent.trim();
const send = (fields) => {
  for (const [name, value] of Object.entries(fields)) form.elements.namedItem(name).value = value;
  form.requestSubmit();
};

// A week at a glance has no ids: an airing is known by its instant. What begins after midnight in a session of
// the day before stands under that day.
const which = (line) => {
  if (line.dataset.luot) return { luot: line.dataset.luot };
  const hour = line.lastChild.textContent.trim().slice(0, 5);
  const day = new Date(`${line.closest("[data-day]").dataset.day}T00:00:00Z`);
  if (hour < (line.closest(".block").dataset.from ?? "")) day.setUTCDate(day.getUTCDate() + 1);
  return { "tu-luc": `${day.toISOString().slice(0, 10)}T${hour}:${line.dataset.s.padStart(2, "0")}` };
};

// Where a line may go: before another line of its session (null: at the end), or to the end of another session.
const drop = (line, to) => {
  if (!to) return;
  if ("before" in to) send({ act: "doi-cho", ...which(line), "truoc-luot": to.before?.dataset.luot ?? "" });
  else send({ ...which(line), ngay: to.block.closest("[data-day]").dataset.day, phien: to.block.dataset.phien });
};
const targetAt = (line, x, y) => {
  const under = document.elementFromPoint(x, y);
  const block = blockOf(under);
  if (!block || !days.contains(block)) return null;
  if (blockOf(line) !== block) return { block };
  const other = under.closest("[data-luot]");
  if (!other || other === line || !line.dataset.luot) return null;
  const box = other.getBoundingClientRect();
  const lines = linesOf(block);
  const before = y < box.top + box.height / 2 ? other : lines[lines.indexOf(other) + 1] ?? null;
  return before === line ? null : { block, before };
};
const show = (to) => {
  for (const marked of days.querySelectorAll(".over, .before, .last")) marked.classList.remove("over", "before", "last");
  if (!to) return;
  if (!("before" in to)) to.block.classList.add("over");
  else if (to.before) to.before.classList.add("before");
  else linesOf(to.block).at(-1)?.classList.add("last");
};
const words = (name, fields) => days.dataset[name].replace(/\{(\w+)\}/g, (_, key) => fields[key]);

const byPointer = () => {
  let held = null;
  const end = (event) => {
    if (!held || event.pointerId !== held.id) return;
    const { line, on, to } = held;
    held = null;
    line.classList.remove("held");
    show(null);
    if (!on) return;
    days.addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
    setTimeout(() => days.dispatchEvent(new Event("click")), 0); // no click came: let the next one be
    if (event.type === "pointerup") drop(line, to);
  };
  days.addEventListener("pointerdown", (event) => {
    const line = event.target.closest("[data-luot], [data-s]");
    if (!line || event.button !== 0) return;
    if (event.pointerType !== "mouse" && !event.target.closest(".grip")) return;
    held = { line, id: event.pointerId, x: event.clientX, y: event.clientY, on: false, to: null };
  });
  document.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    if (!held.on && Math.hypot(event.clientX - held.x, event.clientY - held.y) < 6) return;
    held.on = true;
    held.line.classList.add("held");
    event.preventDefault();
    if (event.clientY < EDGE) window.scrollBy(0, -12);
    if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, 12);
    held.to = targetAt(held.line, event.clientX, event.clientY);
    show(held.to);
  });
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
  days.addEventListener("dragstart", (event) => event.preventDefault()); // a link would be dragged as a link
};

const byKeys = () => {
  let held = null;
  const letGo = (text) => {
    held?.grip.setAttribute("aria-pressed", "false");
    held = null;
    show(null);
    said.textContent = text;
  };
  const targets = (line) => {
    const own = blockOf(line);
    const lines = own && line.dataset.luot ? linesOf(own) : [];
    const after = lines[lines.indexOf(line) + 1];
    const within = lines.filter((one) => one !== line && one !== after).map((before) => ({ block: own, before }));
    if (after) within.push({ block: own, before: null });
    const elsewhere = [...days.querySelectorAll(".block[data-phien]")].filter((block) => block !== own);
    return [...within, ...elsewhere.map((block) => ({ block }))];
  };
  const tell = () => {
    const to = held.all[held.at];
    show(to);
    if (!("before" in to)) said.textContent = words("inSession", { name: nameOf(to.block), day: to.block.closest("[data-day]").querySelector("h2").textContent.trim() });
    else said.textContent = to.before ? words("beforeLine", { name: nameOf(to.before) }) : days.dataset.atEnd;
    (to.before ?? to.block).scrollIntoView({ block: "nearest" });
  };
  days.addEventListener("keydown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip) return;
    const line = grip.parentElement;
    if (!held) return;
    if (event.key === "Escape") letGo(days.dataset.dropped);
    else if (event.key === "ArrowDown" || event.key === "ArrowRight") { held.at = (held.at + 1) % held.all.length; tell(); }
    else if (event.key === "ArrowUp" || event.key === "ArrowLeft") { held.at = (held.at + held.all.length - 1) % held.all.length; tell(); }
    else if (event.key === "Enter" || event.key === " ") { const to = held.all[held.at]; letGo(""); drop(line, to); }
    else return;
    event.preventDefault();
  });
  days.addEventListener("click", (event) => {
    const grip = event.target.closest?.(".grip");
    if (!grip || event.defaultPrevented) return;
    if (held) { letGo(days.dataset.dropped); return; }
    const all = targets(grip.parentElement);
    if (!all.length) { said.textContent = days.dataset.nowhere; return; }
    held = { grip, all, at: 0 };
    grip.setAttribute("aria-pressed", "true");
    tell();
    said.textContent = `${days.dataset.howTo} ${said.textContent}`;
  });
  days.addEventListener("focusout", (event) => { if (held && event.target === held.grip) letGo(""); });
};

if (form && days) {
  for (const line of days.querySelectorAll("[data-luot], [data-s]")) {
    const grip = document.createElement("button");
    grip.type = "button";
    grip.className = "grip";
    grip.textContent = "⠿";
    grip.setAttribute("aria-label", words("grip", { name: nameOf(line) }));
    grip.setAttribute("aria-pressed", "false");
    line.prepend(grip);
  }
  byPointer();
  byKeys();
}
