// Member: somebody who chats by the page: the verbs of the stories.

import { strict as assert } from "node:assert";
import { openPage } from "./browser.js";

export class Member {
  page;
  name;

  static async enters(browser, url, name, options) {
    const member = new Member();
    member.name = name;
    member.page = await openPage(browser, url, options);
    await member.answers(name);
    await member.isIn();
    return member;
  }

  async answers(text) {
    await this.page.fill("#entry-field", text);
    await this.page.press("#entry-field", "Enter");
  }

  async isIn() {
    await this.page.waitForSelector("#entry", { state: "hidden" });
    await this.page.waitForSelector("#status", { state: "hidden" });
  }

  async says(...lines) {
    for (const line of lines) {
      await this.page.fill("#line", line);
      await this.page.press("#line", "Enter");
    }
  }

  // The item of the list in sight that has this text; waits until it is there.
  async reads(text) {
    const item = this.page.locator(".messages:not([hidden]) .line", { hasText: text }).last();
    await item.waitFor();
    return item;
  }

  // Texts of what was said in the room in sight, from the top.
  said() {
    return this.page.locator(".messages:not([hidden]) .said .text").allTextContents();
  }

  async names() {
    const texts = await this.page.locator("#people .name").allTextContents();
    return texts;
  }

  // Waits until the list has these lines and no others among those that match.
  async hasRead(pattern, expected) {
    const read = async () => (await this.said()).filter((text) => pattern.test(text));
    const until = Date.now() + 10_000;
    while (Date.now() < until && (await read()).length < expected.length) await this.page.waitForTimeout(20);
    assert.deepEqual(await read(), expected);
  }

  async hasNoFault() {
    assert.deepEqual(this.page.faults, []);
  }

  async leaves() {
    await this.hasNoFault();
    await this.page.context().close();
  }
}
