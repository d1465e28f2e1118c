// Nói trực tiếp: the microphone's samples go to the server a few times a second, one request after the other.

import { get } from "../ui/keys.js";
import { freshToken } from "./sender.js";

const page = document.querySelector("[data-live-page]");
const find = (name) => page.querySelector(`[data-${name}]`);
const [level, words, left, fault] = ["level", "words", "left", "fault"].map(find);
const [microphone, go, finish, again] = ["microphone", "go", "finish-button", "again"].map(find);
const token = page.querySelector("[name=csrfmiddlewaretoken]").value;

const RATE = 24000; // what a horn can sound of a voice, at half the bytes
const MOST_BLOCKS = 20; // two seconds: what is older is no longer "now"
const PATIENCE_MS = 10000;

let context = null, track = null, queue = [], sent = 0, on = false, busy = false, endsAt = 0, goodAt = 0;

const tell = (text) => { words.textContent = text; };
const complain = (text) => {
  page.querySelector("[data-fault-words]").textContent = text;
  fault.hidden = !text;
  if (text) fault.focus();
};
const look = () => document.body.dispatchEvent(new CustomEvent("live-look"));
const post = async (url, body, headers = {}) => {
  const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": freshToken(token), ...headers } });
  return answer.json();
};

const silence = () => {
  on = false;
  queue = [];
  track?.stop();
  context?.close();
  context = track = null;
  level.value = 0;
};
const over = (text, bad) => {
  silence();
  for (const one of [microphone, go, finish, left]) one.hidden = true;
  again.hidden = false;
  if (bad) { complain(text); tell(""); } else { complain(""); tell(text); }
  look();
};
const end = async (why) => {
  const closing = post(page.dataset.finish, new URLSearchParams({ why })).catch(() => null);
  if (why === "microphone") over(page.dataset.wordsLost, true);
  const answer = await closing;
  if (why !== "microphone") over(answer?.text ?? "", false);
};

const pump = async () => {
  if (!on || busy || !queue.length) return;
  busy = true;
  const blocks = queue.splice(0, MOST_BLOCKS);
  const number = (sent += 1);
  try {
    const address = `${page.dataset.said}?n=${number}&hz=${context.sampleRate}`;
    const said = await post(address, new Blob(blocks), { "Content-Type": "application/octet-stream" });
    goodAt = Date.now();
    if (said.phase === "ended" || said.phase === "refused") over(said.text, true);
    else if (on) {
      if (said.left_ms) endsAt = Date.now() + said.left_ms;
      complain("");
      tell(said.text || (said.phase === "on" ? page.dataset.wordsOn : page.dataset.wordsOpening));
    }
  } catch {
    if (on) complain(Date.now() - goodAt > PATIENCE_MS ? page.dataset.wordsGone : page.dataset.wordsCut);
    if (on && Date.now() - goodAt > PATIENCE_MS) over(page.dataset.wordsGone, true);
  }
  busy = false;
  pump();
};

const hear = ({ data: { samples, peak } }) => {
  level.value = Math.sqrt(peak);
  if (!on) return;
  queue.push(samples);
  if (queue.length > MOST_BLOCKS) queue.splice(0, queue.length - MOST_BLOCKS);
  pump();
};

const listen = async () => {
  if (!navigator.mediaDevices) { complain(page.dataset.wordsInsecure); return; }
  microphone.disabled = true;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
    [track] = stream.getAudioTracks();
    // Nothing is heard here, so no loudspeaker of this machine is asked for (browsers without sinkId ignore it).
    context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive", sinkId: { type: "none" } });
    await context.audioWorklet.addModule(page.dataset.worklet);
    const node = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    context.createMediaStreamSource(stream).connect(node);
    node.port.onmessage = hear;
    await context.resume();
    track.addEventListener("ended", () => (on ? end("microphone") : (silence(), complain(page.dataset.wordsNone))));
    complain("");
    microphone.hidden = true;
    go.hidden = false;
    go.focus();
  } catch {
    silence();
    complain(page.dataset.wordsNone);
  }
  microphone.disabled = false;
};

const begin = async () => {
  go.disabled = true;
  const body = new URLSearchParams();
  try {
    if (page.dataset.challenge) body.set("hand", JSON.stringify(await get(page.dataset)));
  } catch {
    complain(page.dataset.wordsTouch);
    go.disabled = false;
    return;
  }
  try {
    const said = await post(page.dataset.begin, body);
    if (said.phase !== "opening") throw new Error(said.text);
    complain("");
    tell(page.dataset.wordsOpening);
    go.hidden = true;
    finish.hidden = left.hidden = false;
    goodAt = Date.now();
    on = true;
    finish.focus();
  } catch (error) {
    complain(error.message);
    go.disabled = false;
  }
};

const clock = () => {
  if (!on || !endsAt) return;
  const total = Math.max(0, Math.ceil((endsAt - Date.now()) / 1000));
  left.textContent = `${Math.floor(total / 60)}:${String(total % 60).padStart(2, "0")}`;
  left.classList.toggle("bad", total <= 60);
};

microphone.addEventListener("click", listen);
microphone.disabled = false; // not before: a press that nobody hears yet would be lost
go.addEventListener("click", begin);
finish.addEventListener("click", () => { finish.disabled = true; end("finished"); });
setInterval(clock, 250);
setInterval(() => on && look(), 2000);
window.addEventListener("pagehide", () => {
  if (on) navigator.sendBeacon(page.dataset.finish, new URLSearchParams({ csrfmiddlewaretoken: freshToken(token), why: "finished" }));
});
if (page.dataset.state === "open") { // this page was opened again: the microphone of the old one is off
  microphone.hidden = true;
  finish.hidden = false;
  tell(page.dataset.wordsLeft);
}
