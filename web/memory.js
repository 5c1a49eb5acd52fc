// What outlives a reload of the page. Of this tab: the token of the session, what is half typed. Of this browser: the name, the
// settings. A browser that keeps nothing (private windows, blocked storage) only has the page forget.

function storageOf(kind) {
  try {
    return globalThis[kind];
  } catch {
    return null;
  }
}

// Keys hold the folder of the page, so that two servers behind one host do not meet.
export class Memory {
  #tab = storageOf("sessionStorage");
  #browser = storageOf("localStorage");
  #prefix = `grotto ${location.pathname.replace(/[^/]*$/u, "")} `;

  token() {
    return this.#read(this.#tab, "token");
  }

  name() {
    return this.#read(this.#browser, "name");
  }

  keepToken(token, name) {
    this.#write(this.#tab, "token", token);
    if (name !== "") this.#write(this.#browser, "name", name);
  }

  forgetToken() {
    this.#write(this.#tab, "token", "");
  }

  draft() {
    return this.#read(this.#tab, "draft");
  }

  keepDraft(text) {
    this.#write(this.#tab, "draft", text);
  }

  setting(key) {
    return this.#read(this.#browser, key) === "on";
  }

  keepSetting(key, isOn) {
    this.#write(this.#browser, key, isOn ? "on" : "");
  }

  #read(storage, key) {
    try {
      return storage?.getItem(this.#prefix + key) ?? "";
    } catch {
      return "";
    }
  }

  #write(storage, key, value) {
    try {
      if (value === "") storage?.removeItem(this.#prefix + key);
      else storage?.setItem(this.#prefix + key, value);
    } catch {
      // Full or forbidden: it is forgotten with the page.
    }
  }
}
