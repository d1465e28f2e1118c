// A file goes to the server piece by piece, and goes on where it stopped: the server says what it has.

const PIECE = 512 * 1024; // on a slow line one piece is a few seconds, so that little is sent twice
const PATIENCE = [1, 2, 4, 8, 15]; // seconds between two tries

const sleep = (seconds) => new Promise((resolve) => {
  const timer = setTimeout(resolve, seconds * 1000);
  addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
});

// Whoever signs in again in another tab has another token from then on: the cookie knows it, this page does not.
export const freshToken = (token) => {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? token;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = found;
  return found;
};

export class Refused extends Error {}
class Away extends Error {}

export class Sender {
  // `read()` gives the Blob as long as it is now; `tell(state, sent, total)` hears of "sending", "cut", "ended".
  constructor({ begin, token, name, read, tell, id = "" }) {
    Object.assign(this, { begin, token, name, read, tell, id });
    this.received = 0;
    this.known = !id; // what the server has of it
    this.dropped = false;
    this.wish = null;
    this.wake = null;
  }

  // There is more to send, or it is complete.
  more() { this.wake?.(); }

  // The recording ends here; resolves to the upload's id when the server has it all.
  finish(wish) {
    this.wish = wish;
    this.more();
    return this.running;
  }

  start() {
    this.running ??= this.run();
    this.running.catch(() => {}); // whoever calls finish() hears of it
    return this;
  }

  async drop() {
    this.dropped = true;
    this.more();
    if (this.id) await this.post(`${this.begin}${this.id}/bo/`, new URLSearchParams()).catch(() => {});
  }

  async run() {
    let tries = 0;
    while (!this.dropped) {
      try {
        const done = await this.step();
        tries = 0;
        if (done) return this.id;
      } catch (error) {
        if (error instanceof Refused) throw error;
        this.tell(error instanceof Away ? "ended" : "cut", this.received, this.read().size);
        await sleep(PATIENCE[Math.min(tries, PATIENCE.length - 1)]);
        tries += 1;
      }
    }
    return "";
  }

  async step() {
    if (!this.id) this.id = (await this.post(this.begin, new URLSearchParams({ name: this.name }))).id;
    if (!this.known) {
      this.received = (await this.post(`${this.begin}${this.id}/?at=0`, new Blob([]))).received;
      this.known = true;
    }
    const whole = this.read();
    const waiting = whole.size - this.received;
    if (waiting >= PIECE || (this.wish && waiting > 0)) {
      const piece = whole.slice(this.received, this.received + PIECE);
      const said = await this.post(`${this.begin}${this.id}/?at=${this.received}`, piece);
      this.received = said.received;
      this.tell("sending", this.received, whole.size);
      return false;
    }
    if (this.wish) {
      await this.post(`${this.begin}${this.id}/xong/`, new URLSearchParams({ ...this.wish, size: whole.size }));
      return true;
    }
    await new Promise((resolve) => { this.wake = resolve; });
    return false;
  }

  async post(address, body) {
    const raw = body instanceof Blob ? { "Content-Type": "application/octet-stream" } : {};
    const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": freshToken(this.token), ...raw } });
    if (answer.status === 409) throw new Refused((await answer.json()).text);
    if (answer.status === 403 || answer.redirected) throw new Away();
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }
}
