// A drawn sound with two ends to be moved: by touch, pointer or keyboard, as they are two range inputs.

const LEAST = 500; // ms that must be left

export const words = (ms) => {
  const tenths = Math.round(ms / 100);
  const seconds = Math.floor(tenths / 10);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")},${tenths % 10}`;
};

export class Trimmer {
  // `box` holds the canvas, the two ranges and the words; `moved()` is told when an end has moved.
  constructor(box, moved = () => {}) {
    this.box = box;
    this.canvas = box.querySelector("[data-trim-wave]");
    this.ends = [box.querySelector("[data-trim-from]"), box.querySelector("[data-trim-to]")];
    this.told = box.querySelector("[data-trim-words]");
    this.peaks = [];
    for (const end of this.ends) {
      end.addEventListener("input", (event) => {
        event.stopPropagation(); // it is no field of the draft
        this.hold(end);
        this.draw();
        moved(this);
      });
      end.addEventListener("change", (event) => event.stopPropagation());
    }
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  get from() { return Number(this.ends[0].value); }
  get to() { return Number(this.ends[1].value); }
  get length() { return Number(this.ends[0].max); }
  get moved() { return this.from > 0 || this.to < this.length; }

  show(peaks, length) {
    this.peaks = peaks;
    for (const end of this.ends) {
      end.step = length > 120000 ? 500 : 100;
      end.max = length;
    }
    this.ends[0].value = 0;
    this.ends[1].value = length;
    this.draw();
  }

  // Neither end passes the other.
  hold(end) {
    if (this.to - this.from >= LEAST) return;
    if (end === this.ends[0]) end.value = Math.max(0, this.to - LEAST);
    else end.value = Math.min(this.length, this.from + LEAST);
  }

  draw() {
    const { from, to, length, canvas } = this;
    const words_of = { from: words(from), to: words(to), length: words(to - from) };
    this.told.textContent = this.told.dataset.words.replace(/\{(\w+)\}/g, (_, name) => words_of[name]);
    for (const end of this.ends) end.setAttribute("aria-valuetext", words(Number(end.value)));
    const { width, height } = canvas.getBoundingClientRect();
    if (!width || !this.peaks.length) return;
    const scale = devicePixelRatio || 1;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d");
    const colours = getComputedStyle(canvas);
    const bars = Math.floor(width / 3);
    const loudest = Math.max(...this.peaks.map(Number), 0.05);
    pen.scale(scale, scale);
    for (let at = 0; at < bars; at += 1) {
      const part = this.peaks.slice(Math.floor((at / bars) * this.peaks.length), Math.max(1, Math.ceil(((at + 1) / bars) * this.peaks.length)));
      const high = Math.max(1, (Math.max(0, ...part) / loudest) * (height / 2 - 3));
      const when = ((at + 0.5) / bars) * length;
      pen.fillStyle = when >= from && when <= to ? colours.color : colours.borderTopColor;
      pen.fillRect(at * 3, height / 2 - high, 2, 2 * high);
    }
  }
}
