import { read } from "./api.js";
import { element } from "./element.js";

const TRIES = 5;
const LOOK_AGAIN_MS = 2000;

/** Questions that the documents answer, to begin with; nothing is shown where there are none. */
export async function suggest(section, onAsk) {
  const questions = await suggested();
  const items = questions.map((question) =>
    element(
      "li",
      {},
      element("button", { type: "button", class: "suggestion", dir: "auto", click: () => onAsk(question) }, question),
    ),
  );
  section.querySelector("ul").replaceChildren(...items);
  section.classList.toggle("none", items.length === 0);
}

/** There are none as long as the server is still making them. */
async function suggested() {
  for (let tries = 1; tries <= TRIES; tries++) {
    const questions = await offered();
    if (questions.length > 0) return questions;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return [];
}

async function offered() {
  try {
    return (await read("/suggestions")).questions;
  } catch {
    return []; // the page is complete without them
  }
}
