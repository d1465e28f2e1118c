// Beside the pole: a code by the camera where the browser can, and the place by its person's word.
// Both are help alone: what they fill in can be typed, and the form works without this file.

const CODE = /^[A-Z2-9]{4}-?[A-Z2-9]{4}$/i;
const POLE = /\/thiet-bi\/cot\/([0-9a-f-]{36})\/?$/i;
const PATIENCE_MS = 30000;
const LOOK_MS = 200;

/** What a scanned text means: a pole of ours, a claim code, or nothing that we know. */
export function meaning(text, origin) {
  const plain = text.trim();
  if (CODE.test(plain)) return { code: plain.toUpperCase() };
  try {
    const url = new URL(plain);
    const found = POLE.exec(url.pathname);
    if (url.origin === origin && found) return { pole: found[1] };
  } catch {
    return {};
  }
  return {};
}

function scanner(form) {
  const box = form.querySelector("[data-scanner]");
  if (!box || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  box.hidden = false;
  const [video, told] = [box.querySelector("[data-finder]"), box.querySelector("[data-scan-told]")];
  box.querySelector("[data-scan]").addEventListener("click", async () => {
    told.textContent = "";
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      told.textContent = told.dataset.blocked;
      return;
    }
    try {
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      if (!(await look(form, video))) told.textContent = told.dataset.none;
    } finally {
      stream.getTracks().forEach((track) => track.stop());
      video.hidden = true;
    }
  });
}

async function look(form, video) {
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    for (const one of await detector.detect(video).catch(() => [])) {
      const found = meaning(one.rawValue, location.origin);
      if (found.code) {
        form.elements.code.value = found.code;
        form.elements.code.focus();
        return true;
      }
      if (found.pole) {
        location.assign(`${location.pathname}?cot=${found.pole}`);
        return true;
      }
    }
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
  return false;
}

function locator(form) {
  const box = form.querySelector("[data-locator]");
  if (!box || !navigator.geolocation) return;
  box.hidden = false;
  const told = box.querySelector("[data-located]");
  box.querySelector("[data-locate]").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.vi_do.value = coords.latitude.toFixed(6);
        form.elements.kinh_do.value = coords.longitude.toFixed(6);
        told.textContent = told.dataset.good.replace("{m}", Math.round(coords.accuracy));
      },
      () => {
        told.textContent = told.dataset.blocked;
      },
      { enableHighAccuracy: true, timeout: 20000 },
    );
  });
}

const form = document.querySelector("[data-enrol]");
if (form) {
  scanner(form);
  locator(form);
}
