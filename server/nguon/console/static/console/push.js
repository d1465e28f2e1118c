// "Báo ngay trên máy này": asks the browser for leave, and gives the server the address that it is told by.
// The worker's scope is its own folder: it shows notices and touches no page.

const card = document.querySelector("[data-push]");
const begin = card.querySelector("[data-push-begin]");
const fault = card.querySelector("[data-push-fault]");
const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const mark = async (address) => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(address));
  return [...new Uint8Array(digest)].map((one) => one.toString(16).padStart(2, "0")).join("");
};

const ready = (registration) => new Promise((resolve) => {
  if (registration.active) return resolve(registration);
  const worker = registration.installing ?? registration.waiting;
  worker.addEventListener("statechange", () => { if (worker.state === "activated") resolve(registration); });
});
const registered = () => navigator.serviceWorker.getRegistration(card.dataset.worker);

// Which of the listed browsers is this one; where it is listed it need not be switched on again.
const show = async () => {
  const subscription = await (await registered())?.pushManager.getSubscription();
  const own = subscription && card.querySelector(`[data-browser="${await mark(subscription.endpoint)}"]`);
  if (own) own.querySelector("[data-here]").hidden = false;
  begin.hidden = Boolean(own);
};

const subscribe = async () => {
  if (await Notification.requestPermission() !== "granted") throw new Error("denied");
  const registration = await ready(await navigator.serviceWorker.register(card.dataset.worker));
  const wish = { userVisibleOnly: true, applicationServerKey: bytes(card.dataset.key) };
  let found = await registration.pushManager.getSubscription();
  const known = found?.options?.applicationServerKey;
  if (found && (!known || text(known) !== card.dataset.key)) { // of an older key of this server
    await found.unsubscribe();
    found = null;
  }
  return found ?? registration.pushManager.subscribe(wish);
};

if (able) {
  card.querySelector("[data-push-none]").hidden = true;
  show().catch(() => { begin.hidden = false; });
}

begin.addEventListener("submit", async (event) => {
  event.preventDefault();
  fault.hidden = true;
  try {
    const said = await subscribe();
    begin.elements.endpoint.value = said.endpoint;
    begin.elements.p256dh.value = text(said.getKey("p256dh"));
    begin.elements.auth.value = text(said.getKey("auth"));
    begin.submit();
  } catch {
    fault.hidden = false;
    fault.focus();
  }
});

// Switched off here, the browser gives its address back, too.
card.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-push-end]");
  if (!form || form.closest("[data-browser]").querySelector("[data-here]").hidden) return;
  event.preventDefault();
  try { await (await (await registered()).pushManager.getSubscription())?.unsubscribe(); } catch { /* it is forgotten anyway */ }
  form.submit();
});
