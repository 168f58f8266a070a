import { address } from "./api.js";
import { element } from "./element.js";

const LOOK_AGAIN_MS = 1000;

/** Shows in `section` how far the documents are read, until they are; then nothing, and the promise is kept. */
export async function ready(section) {
  let shown = null;
  for (let state = await look(); state && !state.ready; state = await look()) {
    shown ??= begin(section);
    shown.bar.value = state.percent;
    shown.words.textContent = `The documents are being read: ${state.percent} %`;
    section.hidden = false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  section.hidden = true;
  section.replaceChildren();
}

function begin(section) {
  const words = element("label", { for: "progress" });
  const bar = element("progress", { id: "progress", max: "100", value: "0" });
  section.replaceChildren(words, bar);
  return { words, bar };
}

/** null if the server says nothing of the kind: then whoever asks will see. */
async function look() {
  try {
    const response = await fetch(address("/readyz"), { headers: { Accept: "application/json" } });
    const state = await response.json();
    return typeof state.ready === "boolean" ? state : null;
  } catch {
    return null;
  }
}
