import { read } from "./api.js";
import { element } from "./element.js";

/** Questions that the documents answer, to begin with; nothing is shown where there are none. */
export async function suggest(section, onAsk) {
  const questions = await suggested();
  const items = questions.map((question) =>
    element("li", {}, element("button", { type: "button", class: "suggestion", dir: "auto", click: () => onAsk(question) }, question)),
  );
  section.querySelector("ul").replaceChildren(...items);
  section.classList.toggle("none", items.length === 0);
}

async function suggested() {
  try {
    return (await read("/suggestions")).questions;
  } catch {
    return []; // the page is complete without them
  }
}
