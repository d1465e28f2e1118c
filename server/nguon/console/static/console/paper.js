// Soạn: the words of a Word document go into the form; what is typed there already is not lost.

const input = document.querySelector("[data-paper]");
const form = input.closest("form");
const said = form.querySelector("[data-paper-said]");
const tell = (text, bad = false) => {
  said.textContent = text;
  said.classList.toggle("error", bad);
};
const typed = (field, value) => {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

input.addEventListener("input", (event) => event.stopPropagation());
input.addEventListener("change", async (event) => {
  event.stopPropagation();
  const [file] = input.files;
  if (!file) return;
  const body = new FormData();
  body.set("paper", file);
  body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  tell(input.dataset.wordsReading);
  try {
    const answer = await fetch(input.dataset.paper, { method: "POST", body });
    const found = await answer.json();
    if (!answer.ok) { tell(found.text, true); return; }
    const [title, text] = [form.querySelector("#id_title"), form.querySelector("#id_text")];
    if (!title.value.trim()) typed(title, found.title);
    typed(text, text.value.trim() ? `${text.value.trim()}\n${found.words}` : found.words);
    tell(found.note || input.dataset.wordsRead);
  } catch {
    tell(input.dataset.wordsFailed, true);
  } finally {
    input.value = "";
  }
});
input.closest("[data-paper-label]").hidden = false;
