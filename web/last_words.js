// LastWords: what the server said last, by which it is known, once the connection has ended, whether coming back makes sense.

const FINAL_CODES = ["banned", "replaced", "kicked", "not-allowed", "login-required", "full", "too-many-connections"];

export class LastWords {
  text = "";
  #code = "";

  refused(text, code) {
    this.text = text;
    this.#code = code;
  }

  // Why a connection is ended is told with its code behind it.
  told(sentence) {
    const ended = / \[([a-z-]+)\]$/u.exec(sentence);
    if (ended) this.refused(sentence.slice(0, ended.index), ended[1]);
  }

  // Something was said since.
  forget() {
    this.refused("", "");
  }

  get areFinal() {
    return FINAL_CODES.includes(this.#code);
  }
}
