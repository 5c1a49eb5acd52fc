// The page: finds out which service is behind it, and shows that one. All addresses are relative to the page's own, so that it works
// behind any path of any host, and nothing comes from elsewhere.

import { ChatScreen } from "./chat_screen.js";
import { EchoScreen } from "./echo_screen.js";
import { byId } from "./elements.js";
import { Memory } from "./memory.js";
import { PromptScreen } from "./prompt_screen.js";

const LINE_BYTES_MAX = 4_096; // of a server that does not tell
const ASK_AGAIN_MS = 2_000;

// {service, line_bytes_max}; waits until the server answers. The page's head asks at once (preload), so this costs no round trip.
async function askForService() {
  for (;;) {
    try {
      const answer = await fetch("healthz");
      if (answer.ok) return await answer.json();
    } catch {
      // The server is away, or answers something else: the page says so and asks again.
    }
    byId("starting-text").textContent = "The server does not answer. It is asked again by itself.";
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

function socketAddress() {
  const address = new URL("ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

async function start() {
  const { service, line_bytes_max: lineBytesMax = LINE_BYTES_MAX } = await askForService();
  const memory = new Memory();
  byId("starting").hidden = true;
  document.body.dataset.service = service;
  if (service === "echo") new EchoScreen(socketAddress()).start();
  else if (service === "prompt") new PromptScreen(socketAddress(), memory).start();
  else new ChatScreen(socketAddress(), lineBytesMax, memory).start();
}

start();
