// One room on one port: somebody on nc, on telnet, in a browser, by ncat --ssl, and a program by curl. With GROTTO_PICTURE=FILE.png
// the run is drawn into that file: docs/one-port.png is made so.

import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startBrowser } from "./support/browser.js";
import { drawPicture } from "./support/picture.js";
import { Member } from "./support/member.js";
import { Program } from "./support/program.js";
import { Server } from "./support/server.js";

const TOKEN = "a-token-for-this-test-only";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await Server.stopAll();
});

test("nc, telnet, a browser, ncat --ssl and curl talk in one room on one port", async () => {
  const server = new Server(["chat", "--store", "none", "--self-signed", "--api-token-file", "TOKEN"]);
  writeFileSync(server.file("token"), `${TOKEN}\n`);
  await server.start();
  const port = String(server.port);
  const people = {
    oskar: new Program("nc.openbsd", "127.0.0.1", port),
    luzmi: new Program("telnet", "127.0.0.1", port),
    miren: new Program("ncat", "--ssl", "127.0.0.1", port),
  };
  const events = new Program("curl", "-sN", `http://127.0.0.1:${port}/rooms/lobby`);
  const enter = async (name) => {
    await people[name].shows("Type your name");
    people[name].types(name);
    await people[name].shows(`Welcome ${name}!`);
  };
  await enter("oskar");
  await enter("luzmi");
  await enter("miren");
  const ana = await Member.enters(browser, server.url, "ana");
  await people.oskar.shows("ana has joined the chat!");

  people.oskar.types("kaixo, is anybody here?");
  await people.luzmi.shows("oskar: kaixo, is anybody here?");
  people.luzmi.types("hello from telnet");
  await people.miren.shows("luzmi: hello from telnet");
  people.miren.types("and from ncat, by TLS");
  await ana.reads("and from ncat, by TLS");
  await ana.says("egun on, from the browser 🎉");
  await people.oskar.shows("ana: egun on, from the browser 🎉");
  const curl = new Program("curl", "-s", "-d", "the build is green", "-H", `Authorization: Bearer ${TOKEN}`, `http://127.0.0.1:${port}/rooms/lobby?as=build`);
  await ana.reads("the build is green");
  await people.miren.shows("build: the build is green");

  // Everybody reads everybody else's lines, each once.
  const said = { oskar: "kaixo, is anybody here?", luzmi: "hello from telnet", miren: "and from ncat, by TLS", ana: "egun on, from the browser 🎉", build: "the build is green" };
  for (const [name, program] of Object.entries(people)) {
    await program.shows("build: the build is green");
    for (const [other, text] of Object.entries(said)) if (other !== name) assert.equal(program.count(`${other}: ${text}`), 1, `${name} reads ${other}`);
  }
  await events.shows('"text":"the build is green"');
  await ana.hasRead(/./u, Object.values(said));
  assert.deepEqual(await ana.names(), ["oskar", "luzmi", "miren", "ana"]);

  if (process.env.GROTTO_PICTURE) {
    const terminals = [people.oskar, people.luzmi, people.miren, curl];
    await drawPicture(browser, process.env.GROTTO_PICTURE, await ana.page.screenshot(), terminals, port);
  }
  await ana.hasNoFault();
  for (const program of [...Object.values(people), events, curl]) program.ends();
  await server.stop();
});
