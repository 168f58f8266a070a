import { address } from "./api.js";
import { answerMarkdown } from "./answer_markdown.js";
import { element, icon } from "./element.js";

const SHOWN_MS = 2500;

/** The buttons that take an answer elsewhere. */
export function sharing(answer) {
  const link = () => address(`/a/${encodeURIComponent(answer.id)}`).href;
  return [copyButton("copy", "Copy answer", () => answerMarkdown(answer)), copyButton("link", "Copy link", link)];
}

function copyButton(picture, words, text) {
  const label = element("span", {}, words);
  const told = element("span", { class: "visually-hidden", role: "status" });
  const button = element("button", { type: "button", class: "quiet" }, icon(picture), label);
  const say = (now, aloud) => {
    label.textContent = now;
    told.textContent = aloud;
  };
  button.addEventListener("click", async () => {
    const outcome = (await copied(text())) ? "Copied" : "Copying is not allowed here";
    say(outcome, outcome);
    setTimeout(() => say(words, ""), SHOWN_MS);
  });
  return element("span", { class: "copying" }, button, told);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedOldWay(text);
  }
}

/** Browsers have no clipboard for pages that came over plain HTTP from another machine, but for this. */
function copiedOldWay(text) {
  const field = element("textarea", { class: "visually-hidden" });
  const before = document.activeElement;
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus();
  return done;
}
