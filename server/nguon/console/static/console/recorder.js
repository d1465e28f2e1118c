// Ghi âm trên trang Soạn: the microphone's samples are kept in this browser and sent to the server while one speaks.

import * as takes from "./takes.js";
import { Sender, Refused, freshToken } from "./sender.js";
import { Trimmer, words } from "./trimmer.js";

const box = document.querySelector("[data-recording]");
const form = box.closest("form");
const find = (name) => box.querySelector(`[data-rec-${name}]`);
const button = (name) => box.querySelector(`[data-rec="${name}"]`);
const said = box.dataset;
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const input = form.querySelector("#id_file");

const RATE = 24000; // what a horn can sound of a voice, at half the bytes; Firefox keeps the microphone's own
const LONGEST_MS = 30 * 60 * 1000;
const LARGEST = 200 * 1024 * 1024;
const BLOCKS_KEPT = 10; // a second of samples is written down at once
const QUIET = 0.04, LOUD = 0.985; // of full scale, the loudest of the last three seconds

let take = null, context = null, track = null, waiting = [], state = "idle", awake = null, sender = null, url = "";

// ---- What there is of the recording: a WAV file that says "until the end" instead of its length.
const header = (rate, bytes = 0xffffffff - 36) => {
  const view = new DataView(new ArrayBuffer(44));
  const text = (at, letters) => [...letters].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
  text(0, "RIFF"); view.setUint32(4, bytes + 36, true); text(8, "WAVEfmt ");
  view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
  view.setUint32(24, rate, true); view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true); view.setUint16(34, 16, true);
  text(36, "data"); view.setUint32(40, bytes, true);
  return view.buffer;
};
const bytes = () => take.blobs.reduce((sum, blob) => sum + blob.size, 0);
const length = () => (take ? (bytes() / 2 / take.rate) * 1000 : 0);
const blob = () => new Blob([header(take.rate), ...take.blobs]);
const stored = () => ({ id: take.id, person: take.person, at: take.at, rate: take.rate, upload: take.upload });

// ---- What the person sees.
const show = (next, told) => {
  state = next;
  const shown = {
    idle: ["start"], on: ["pause", "stop"], paused: ["resume", "stop"], recorded: ["use", "resume", "again"], sending: [],
  }[next];
  for (const one of box.querySelectorAll("[data-rec]")) one.hidden = !shown.includes(one.dataset.rec);
  find("live").hidden = next !== "on";
  find("review").hidden = next !== "recorded";
  find("dot").className = `dot ${next === "on" ? "bad beat" : ""}`;
  if (told) find("state").textContent = told;
  find("clock").textContent = words(length()).slice(0, -2);
};
const complain = (text) => {
  find("fault").textContent = text;
  find("fault").hidden = !text;
  if (text) find("fault").focus();
};
const progress = box.querySelector("[data-sending]");
const tell = (what, sent, total) => {
  progress.hidden = !total || (state === "on" && what === "sending");
  const share = total ? Math.floor((100 * sent) / total) : 0;
  const text = { sending: said.wordsSending, cut: said.wordsCut, ended: said.wordsEnded, sent: said.wordsSent }[what];
  progress.querySelector("[data-send-words]").textContent = text;
  progress.querySelector("[data-send-share]").textContent = `${share}%`;
  progress.querySelector("[data-send-bar]").value = share;
};

// ---- Listening again, between the two ends.
const audio = find("audio");
const trimmer = new Trimmer(find("review"), () => { audio.currentTime = trimmer.from / 1000; });
audio.addEventListener("play", () => {
  if (audio.currentTime * 1000 < trimmer.from || audio.currentTime * 1000 >= trimmer.to - 50) audio.currentTime = trimmer.from / 1000;
});
audio.addEventListener("timeupdate", () => { if (audio.currentTime * 1000 >= trimmer.to) audio.pause(); });
const review = (told) => {
  URL.revokeObjectURL(url);
  url = URL.createObjectURL(new Blob([header(take.rate, bytes()), ...take.blobs], { type: "audio/wav" }));
  audio.src = url;
  show("recorded", told);
  trimmer.show(take.peaks, Math.round(length()));
};

// ---- The microphone.
const write = () => {
  if (!waiting.length) return;
  const samples = new Blob(waiting.map((one) => one.samples));
  const peaks = waiting.map((one) => one.peak);
  const n = take.blobs.length;
  take.blobs.push(samples);
  const { id } = take;
  samples.arrayBuffer().then((raw) => takes.add(id, n, raw, peaks)).catch(() => complain(said.wordsMemory));
  waiting = [];
  sender?.more();
};
const judge = () => {
  const recent = take.peaks.slice(-30);
  const loudest = Math.max(0, ...recent);
  const kind = loudest >= LOUD ? "Loud" : recent.length === 30 && loudest < QUIET ? "Quiet" : recent.length < 10 ? "" : "Good";
  const hint = find("hint");
  const text = kind ? said[`words${kind}`] : "";
  if (hint.textContent !== text) hint.textContent = text;
  hint.classList.toggle("warn-ink", kind === "Loud" || kind === "Quiet");
};
const hear = ({ data }) => {
  if (state !== "on") return;
  waiting.push(data);
  take.peaks.push(data.peak);
  find("level").value = Math.sqrt(data.peak);
  find("clock").textContent = words((take.peaks.length * 1000) / 10).slice(0, -2);
  judge();
  if (waiting.length >= BLOCKS_KEPT) write();
  if (take.peaks.length * 100 >= LONGEST_MS) { release(); review(said.wordsLongest); }
};
const release = () => {
  write();
  if (track) track.onended = track.onmute = null;
  track?.stop();
  context?.close();
  awake?.release().catch(() => {});
  context = track = awake = null;
};
const lost = () => { release(); review(said.wordsLost); };

const contextOf = async (stream) => {
  for (const options of [{ sampleRate: take?.rate ?? RATE }, {}]) {
    const made = new AudioContext(options);
    try {
      const source = made.createMediaStreamSource(stream); // Firefox refuses another rate than the microphone's
      await made.audioWorklet.addModule(said.worklet);
      const node = new AudioWorkletNode(made, "microphone", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
      source.connect(node);
      node.port.onmessage = hear;
      await made.resume();
      return made;
    } catch (error) {
      await made.close();
      if (!options.sampleRate) throw error;
    }
  }
  throw new Error("no context");
};
const listen = async () => {
  if (!navigator.mediaDevices) { complain(said.wordsInsecure); return false; }
  complain("");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
    [track] = stream.getAudioTracks();
    context = await contextOf(stream);
    track.onended = lost;
    track.onmute = slept;
    context.onstatechange = () => { if (context && context.state !== "running") slept(); };
    awake = await navigator.wakeLock?.request("screen").catch(() => null) ?? null;
    return true;
  } catch {
    release();
    complain(said.wordsNone);
    return false;
  }
};
const slept = () => {
  if (state !== "on") return;
  write();
  show("paused", said.wordsSlept);
};

// ---- What the buttons do.
const begin = async () => {
  take = null;
  if (!await listen()) return;
  const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (one) => one.toString(16).padStart(2, "0")).join("");
  take = { id, person: said.person, at: Date.now(), rate: context.sampleRate, upload: "", blobs: [], peaks: [] };
  await takes.keep(stored()).catch(() => complain(said.wordsMemory));
  navigator.storage?.persist?.().catch(() => {});
  send();
  show("on", said.wordsOn);
  button("pause").focus();
};
const resume = async () => {
  audio.pause();
  const alive = context?.state === "running" && track?.readyState === "live" && !track.muted;
  if (!alive) {
    release();
    if (!await listen()) return;
    if (context.sampleRate !== take.rate) { release(); complain(said.wordsNone); return; }
  }
  show("on", said.wordsOn);
};
const name = () => {
  const at = new Date(take.at);
  const two = (number) => String(number).padStart(2, "0");
  const what = button("start").textContent.trim();
  return `${what} ${two(at.getDate())}-${two(at.getMonth() + 1)} ${two(at.getHours())}h${two(at.getMinutes())}.wav`;
};
const send = () => {
  const mine = take;
  sender = new Sender({
    begin: said.begin, token, name: name(), id: take.upload, read: () => (mine === take ? blob() : new Blob([])),
    tell: (what, sent, total) => {
      if (mine === take && sender.id && take.upload !== sender.id) { take.upload = sender.id; takes.keep(stored()).catch(() => {}); }
      tell(what, sent, total);
    },
  }).start();
};
const wishOf = (own) => ({
  trim: form.querySelector("[name=trims_silence]").checked ? "1" : "",
  ...(own.moved ? { from: String(own.from), to: String(own.to) } : {}),
});
const whose = box.querySelector("[data-rec-whose]"); // the main text, or one of its other languages
const taken = (id, language = "") => {
  if (language) {
    form.querySelector(`[name="v-upload-${language}"]`).value = id;
    form.querySelector(`[data-version-keep="${language}"]`).click();
    return;
  }
  form.querySelector("#id_upload").value = id;
  const source = form.querySelector("[name=source][value=recording]");
  if (!source) { // a form that asks for nothing but the recording
    form.querySelector("[data-rec-taken]").hidden = false;
    return;
  }
  source.checked = true;
  form.querySelector("#sound [name=do][value=listen]").click();
};
const use = async () => {
  audio.pause();
  release();
  show("sending", said.wordsSending);
  complain("");
  try {
    if (!sender) send();
    const id = await sender.finish(wishOf(trimmer));
    tell("sent", 1, 1);
    taken(id, whose?.value);
    await takes.forget(take.id).catch(() => {});
    take = sender = null;
    show("idle", said.wordsSent);
  } catch (error) {
    sender = null;
    take.upload = "";
    review(said.wordsRecorded);
    complain(error instanceof Refused ? error.message : said.wordsCut);
  }
};
const again = async () => {
  if (!confirm(said.wordsAgain)) return; // eslint-disable-line no-alert
  audio.pause();
  release();
  const old = take;
  sender?.drop();
  sender = null;
  progress.hidden = true;
  await takes.forget(old.id).catch(() => {});
  await begin();
};
const does = {
  start: begin,
  pause: () => { write(); show("paused", said.wordsPaused); },
  resume,
  stop: () => { release(); review(said.wordsRecorded); },
  use,
  again,
};
box.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-rec]");
  if (!pressed) return;
  pressed.disabled = true;
  Promise.resolve(does[pressed.dataset.rec]()).finally(() => { pressed.disabled = false; });
});
window.addEventListener("focus", () => freshToken(token));
document.addEventListener("visibilitychange", () => { if (document.hidden && state === "on") write(); });
window.addEventListener("pagehide", () => { if (state === "on") write(); });
window.addEventListener("beforeunload", (event) => { if (state === "on" || state === "sending") event.preventDefault(); });

// ---- A file that is there already: sent by us, not with the form.
const sendFile = async (file, language = "") => {
  complain("");
  if (file.size > LARGEST) { complain(said.wordsLarge); return; }
  const key = `nguon-tep:${said.person}:${file.name}:${file.size}:${file.lastModified}`;
  const own = new Sender({
    begin: said.begin, token, name: file.name, id: localStorage.getItem(key) ?? "", read: () => file,
    tell: (what, sent, total) => { if (own.id) localStorage.setItem(key, own.id); tell(what, sent, total); },
  }).start();
  tell("sending", 0, 1);
  try {
    const id = await own.finish({ trim: form.querySelector("[name=trims_silence]").checked ? "1" : "" });
    tell("sent", 1, 1);
    taken(id, language);
  } catch (error) {
    progress.hidden = true;
    complain(error instanceof Refused ? error.message : said.wordsCut);
  }
  localStorage.removeItem(key);
};
input.removeAttribute("name");
input.addEventListener("change", () => { if (input.files[0]) sendFile(input.files[0], whose?.value); });
for (const other of form.querySelectorAll("[data-version]")) {
  other.removeAttribute("name");
  other.addEventListener("change", () => { if (other.files[0]) sendFile(other.files[0], other.dataset.version); });
}
for (const record of form.querySelectorAll("[data-version-record]")) {
  record.hidden = false;
  record.addEventListener("click", () => {
    whose.value = record.dataset.versionRecord;
    box.scrollIntoView({ block: "center" });
    button("start").focus();
  });
}

// ---- The sound that is there already, cut otherwise.
const cutAgain = (details) => {
  if (!details || details.dataset.ready) return;
  details.dataset.ready = "yes";
  details.hidden = false;
  const peaks = (details.dataset.peaks.match(/../g) ?? []).map((pair) => parseInt(pair, 16) / 255);
  const from = Number(details.dataset.from);
  const own = new Trimmer(details);
  const player = details.parentElement.querySelector("audio");
  details.addEventListener("toggle", () => own.show(peaks, Number(details.dataset.to) - from), { once: true });
  const cut = async (wish) => {
    const fault = details.querySelector("[data-cut-fault]");
    player?.pause();
    try {
      const answer = await fetch(details.dataset.cut, { method: "POST", body: new URLSearchParams(wish), headers: { "X-CSRFToken": freshToken(token) } });
      const told = await answer.json();
      if (!answer.ok) throw new Refused(told.text);
      taken(told.id);
    } catch (error) {
      fault.textContent = error instanceof Refused ? error.message : said.wordsCut;
      fault.hidden = false;
    }
  };
  details.querySelector("[data-cut-do]").addEventListener("click", () => cut({ from: String(from + own.from), to: String(from + own.to) }));
  details.querySelector("[data-cut-whole]")?.addEventListener("click", () => cut({ trim: "" }));
};
const cuttable = () => cutAgain(document.querySelector("[data-cut]"));
document.body.addEventListener("htmx:afterSettle", cuttable);
cuttable();

// ---- What an earlier page left behind.
box.querySelector("[data-recorder]").hidden = false;
const left = await takes.leftOver(said.person).catch(() => null);
if (left) {
  take = { ...left.take, blobs: left.kept.map((one) => new Blob([one.samples])), peaks: left.kept.flatMap((one) => one.peaks) };
  const source = form.querySelector("[name=source][value=recording]");
  if (source) source.checked = true;
  review(said.wordsLeft);
}
