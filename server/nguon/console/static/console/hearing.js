// Duyệt: what of the sound was played is told to the server while it plays, and goes with the decision.

const spans = document.querySelector("[data-heard]");
const audio = document.querySelector("audio");
if (spans && audio) {
  const words = document.querySelector("[data-heard-words]");
  const bar = document.querySelector("[data-hearing] progress");
  const before = spans.dataset.before.split(" ").filter(Boolean).map((span) => span.split("-").map(Number));
  const token = spans.form.querySelector("[name=csrfmiddlewaretoken]").value;
  let told = 0;

  const parts = () => {
    const found = [];
    for (let n = 0; n < audio.played.length; n += 1) {
      found.push([Math.floor(audio.played.start(n) * 1000), Math.ceil(audio.played.end(n) * 1000)]);
    }
    return found;
  };
  const share = (all) => {
    let [total, reached] = [0, 0];
    for (const [start, end] of [...all].sort((one, other) => one[0] - other[0])) {
      total += Math.max(0, end - Math.max(start, reached));
      reached = Math.max(reached, end);
    }
    return audio.duration ? total / (audio.duration * 1000) : 0;
  };
  const tell = () => {
    told = Date.now();
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, spans: spans.value });
    fetch(spans.dataset.heard, { method: "POST", body, keepalive: true }).catch(() => {});
  };
  const look = () => {
    const heard = share([...before, ...parts()]);
    spans.value = parts().map((part) => part.join("-")).join(" ");
    bar.value = Math.min(100, Math.round(heard * 100));
    if (heard >= Number(spans.dataset.enough) && !words.dataset.said) {
      words.dataset.said = "yes";
      words.textContent = words.dataset.done;
      tell();
    }
  };
  audio.addEventListener("loadedmetadata", look);
  audio.addEventListener("play", tell);
  audio.addEventListener("timeupdate", () => {
    look();
    if (Date.now() - told > 5000) tell();
  });
  for (const end of ["pause", "ended"]) audio.addEventListener(end, () => { look(); tell(); });
  look();
}
