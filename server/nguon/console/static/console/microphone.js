// The microphone's samples in blocks of a tenth of a second: 16 bits, one channel, and how loud the block is.
class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Int16Array(Math.round(sampleRate / 10));
    this.at = 0;
    this.peak = 0;
  }

  process([input]) {
    for (const sample of input[0] ?? []) {
      const held = Math.max(-1, Math.min(1, sample));
      this.peak = Math.max(this.peak, Math.abs(held));
      this.block[this.at] = Math.round(held * 32767);
      this.at += 1;
      if (this.at === this.block.length) {
        this.port.postMessage({ samples: this.block, peak: this.peak });
        this.block = new Int16Array(this.block.length);
        this.at = 0;
        this.peak = 0;
      }
    }
    return true;
  }
}

registerProcessor("microphone", Microphone);
