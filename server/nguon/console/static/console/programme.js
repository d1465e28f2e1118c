// Lịch phát: an airing is dragged to another session of the day. Without a pointer its page has a form for the same.
const form = document.querySelector("[data-drag]");
const days = document.querySelector("[data-programme]");

const free = (target) => {
  const block = target instanceof Element ? target.closest(".block[data-free]") : null;
  return block && days.contains(block) ? block : null;
};

if (form && days) {
  let dragged = null;
  days.addEventListener("dragstart", (event) => {
    dragged = event.target instanceof Element ? event.target.closest("[data-luot]") : null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.luot);
  });
  days.addEventListener("dragover", (event) => {
    const block = free(event.target);
    if (!dragged || !block || block.contains(dragged)) return;
    event.preventDefault();
    block.classList.add("over");
  });
  days.addEventListener("dragleave", (event) => free(event.target)?.classList.remove("over"));
  days.addEventListener("drop", (event) => {
    const block = free(event.target);
    if (!dragged || !block) return;
    event.preventDefault();
    form.elements.namedItem("luot").value = dragged.dataset.luot;
    form.elements.namedItem("ngay").value = block.closest("[data-day]").dataset.day;
    form.elements.namedItem("gio").value = block.dataset.free;
    form.requestSubmit();
  });
  days.addEventListener("dragend", () => { dragged = null; });
}
