// Beside the pole: a code by the camera where the browser can, and the place by its person's word.
// Both are help alone: what they fill in can be typed, and the form works without this file.

const CODE = /^[A-Z2-9]{4}-?[A-Z2-9]{4}$/i;
const POLE = /\/thiet-bi\/cot\/([0-9a-f-]{36})\/?$/i;
const PATIENCE_MS = 30000;
const LOOK_MS = 200;
const WIDEST_PX = 800;

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
  if (!box) return;
  if (!navigator.mediaDevices) {
    box.querySelector("[data-scan-told]").textContent = box.querySelector("[data-scan-told]").dataset.without;
    box.querySelector("[data-scan]").hidden = true;
  }
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
      const reader = await readerOf(box.dataset.reader);
      if (!(await look(form, video, reader))) told.textContent = told.dataset.none;
    } catch {
      told.textContent = told.dataset.none;
    } finally {
      stream.getTracks().forEach((track) => track.stop());
      video.hidden = true;
    }
  });
}

/** A way to read the codes in a picture: the browser's own where it has one, else a library that comes now. */
async function readerOf(address) {
  const own = await window.BarcodeDetector?.getSupportedFormats?.().catch(() => []);
  if (own?.includes("qr_code")) {
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video).catch(() => [])).map((one) => one.rawValue);
  }
  await new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: done, onerror: failed });
    document.head.append(script);
  });
  const canvas = document.createElement("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, WIDEST_PX / (video.videoWidth || 1));
    canvas.width = Math.max(1, Math.round(video.videoWidth * scale));
    canvas.height = Math.max(1, Math.round(video.videoHeight * scale));
    paper.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = paper.getImageData(0, 0, canvas.width, canvas.height);
    const found = window.jsQR(picture.data, picture.width, picture.height, { inversionAttempts: "dontInvert" });
    return found ? [found.data] : [];
  };
}

async function look(form, video, reader) {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    for (const text of await reader(video)) {
      const found = meaning(text, location.origin);
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
