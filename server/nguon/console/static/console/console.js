// The staff pages' own small helps: live state, progress, player, autosave marks, chosen places.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// ---- Trực ban: server-sent events wake the page up; without them it asks every few seconds.
const live = document.querySelector("#live[data-events]");
const wake = () => document.body.dispatchEvent(new CustomEvent("live"));
if (live) {
  const mark = document.querySelector("[data-live-state]");
  const tell = (state) => {
    mark.querySelector("[data-live-words]").textContent = mark.dataset[state];
    mark.querySelector(".dot").className = `dot ${state === "live" ? "live beat" : state === "lost" ? "bad" : ""}`;
  };
  let timer = null;
  const poll = (on) => {
    if (on && !timer) timer = setInterval(wake, 4000);
    if (!on && timer) { clearInterval(timer); timer = null; }
  };
  const source = new EventSource(live.dataset.events);
  source.addEventListener("open", () => { poll(false); tell("live"); wake(); });
  source.addEventListener("change", wake);
  source.addEventListener("error", () => { poll(true); tell("polling"); });
  document.body.addEventListener("htmx:sendError", () => tell("lost"));
  window.addEventListener("pagehide", () => source.close());
}

// ---- Progress of what plays now, between two messages of the server.
const clock = (ms) => {
  const total = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, "0")}`;
};
setInterval(() => {
  for (const bar of all("progress[data-since]")) bar.value = Math.min(bar.max, Date.now() - Number(bar.dataset.since));
  for (const words of all("[data-elapsed]")) {
    words.textContent = clock(Math.min(Number(words.dataset.max), Date.now() - Number(words.dataset.elapsed)));
  }
}, 500);

// ---- Listening again to a demo loudspeaker, in a player that outlives each refresh.
const player = document.querySelector("[data-player]");
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-play]");
  if (link && player) {
    event.preventDefault();
    const audio = player.querySelector("[data-player-audio]");
    player.hidden = false;
    player.querySelector("[data-player-title]").textContent = link.dataset.play;
    audio.src = link.href;
    audio.play().catch(() => {});
  }
  if (event.target.closest("[data-player-close]")) {
    player.querySelector("[data-player-audio]").pause();
    player.hidden = true;
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});

// ---- Picking one place: the choice stays above the tree while the tree is searched (of two fields of one
// name the server takes the last, which is the tree's).
document.addEventListener("change", (event) => {
  const input = event.target;
  const picker = input.closest("[data-picker]");
  if (!picker || !input.dataset.pick) return;
  const kept = picker.querySelector("[data-picked]");
  kept.value = input.value;
  picker.querySelector("[data-picked-label]").textContent = input.dataset.pick;
  picker.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
});
