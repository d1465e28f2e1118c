// The drawing of a sound beside its player: shows where it plays; a touch on it plays from there.

const follow = (figure) => {
  if (figure.dataset.followed) return;
  const audio = figure.parentElement.querySelector("audio");
  if (!audio) return;
  figure.dataset.followed = "yes";
  const drawing = figure.querySelector("svg");
  const head = figure.querySelector("[data-wave-head]");
  const show = () => {
    head.hidden = !audio.duration || !audio.currentTime;
    if (audio.duration) head.style.left = `${(audio.currentTime / audio.duration) * 100}%`;
  };
  for (const name of ["timeupdate", "seeked", "loadedmetadata"]) audio.addEventListener(name, show);
  drawing.addEventListener("click", (event) => {
    if (!audio.duration) return;
    const { left, width } = drawing.getBoundingClientRect();
    audio.currentTime = ((event.clientX - left) / width) * audio.duration;
    audio.play().catch(() => {});
  });
};
const all = () => document.querySelectorAll("[data-wave]").forEach(follow);
all();
document.body.addEventListener("htmx:afterSettle", all);
