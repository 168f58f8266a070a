import { element, foreign } from "./element.js";
import { feedbackForm } from "./feedback.js";
import { footnoteList, footnoteMark, quotation, sourceLine } from "./footnotes.js";
import { sharing } from "./sharing.js";

let shown = 0;

/** One question and what is answered, also while it is being answered. */
export class AnswerView {
  #card;
  #onOpen;
  #citations = new Map();
  #sentences = [];
  #withheld = 0;
  #text = element("p", { class: "answer", dir: "auto" });
  #below = element("div", { class: "below" });

  /** `onOpen(passage, opener)` shows a document. */
  constructor(question, card, onOpen) {
    this.#card = card;
    this.#onOpen = onOpen;
    const id = `question-${++shown}`;
    this.heading = element("h2", { class: "question", id, dir: "auto", tabindex: "-1" }, question);
    this.node = element(
      "article",
      { class: "turn working", "aria-labelledby": id },
      this.heading,
      this.#text,
      this.#below,
    );
  }

  addCitation(citation) {
    this.#citations.set(citation.number, citation);
  }

  addSentence(sentence) {
    this.#sentences.push(sentence);
    if (sentence.verdict === "withheld") this.#withheld += 1;
    else this.#text.append(this.#sentence(sentence, this.#text.hasChildNodes()));
  }

  /** Nothing of what came so far holds: the model has failed, the documents' own sentences follow. */
  takeBack() {
    this.#citations.clear();
    this.#sentences = [];
    this.#withheld = 0;
    this.#text.replaceChildren();
  }

  /** The whole answer, which is the truth, whatever came before it. */
  finish(answer) {
    if (!same(answer.sentences, this.#sentences)) this.#showAgain(answer);
    if (!answer.answered) this.#text.replaceChildren(answer.answer);
    this.#emphasise(answer.short_answer);
    this.#end();
    this.node.classList.toggle("abstained", !answer.answered);
    if (answer.standalone_question !== answer.question) this.heading.after(understood(answer.standalone_question));
    this.#below.replaceChildren(
      ...this.#notes(answer),
      ...(answer.answered ? [footnoteList(answer.citations, this.#onOpen)] : this.#closest(answer.closest)),
      this.#foot(answer),
    );
  }

  /** Stopped by whoever asked: what is there is proven and stays. */
  stop(onAgain) {
    this.#end();
    if (this.#citations.size > 0)
      this.#below.replaceChildren(footnoteList([...this.#citations.values()], this.#onOpen));
    this.#below.append(again("Stopped.", "Ask again", onAgain));
  }

  fail(problem, ...remedies) {
    this.#end();
    const line = element("p", { class: "failure" }, element("span", {}, problem.words));
    line.append(
      ...remedies.map(({ words, act }) => element("button", { type: "button", class: "button", click: act }, words)),
    );
    this.#below.replaceChildren(line);
  }

  #showAgain(answer) {
    this.takeBack();
    answer.citations.forEach((citation) => this.addCitation(citation));
    answer.sentences.forEach((sentence) => this.addSentence(sentence));
  }

  #end() {
    this.node.classList.remove("working");
  }

  #sentence(sentence, follows) {
    const marks = sentence.citations
      .map((number) => this.#citations.get(number))
      .filter(Boolean)
      .map((citation) => footnoteMark(citation, this.#card, this.#onOpen));
    const text = element("bdi", { class: "said", dir: "auto" }, sentence.text);
    return element("span", { class: "sentence" }, follows ? " " : null, text, ...marks);
  }

  /** The words that were asked for, where a sentence says them. */
  #emphasise(words) {
    if (!words) return;
    for (const said of this.#text.querySelectorAll(".said")) {
      const at = said.textContent.indexOf(words);
      if (at < 0) continue;
      const text = said.textContent;
      said.replaceChildren(text.slice(0, at), element("strong", {}, words), text.slice(at + words.length));
      return;
    }
  }

  #notes(answer) {
    const words = answer.notice ? [answer.notice] : [];
    if (this.#withheld > 0) words.push(`Sentences left out because the sources do not prove them: ${this.#withheld}.`);
    return words.map((text) => element("p", { class: "remark" }, text));
  }

  #closest(passages) {
    if (passages.length === 0) return [];
    const items = passages.map((passage) =>
      element(
        "li",
        { class: "note" },
        element("div", { class: "words" }, ...quotation(passage.text), sourceLine(passage, this.#onOpen)),
      ),
    );
    return [
      element(
        "section",
        { class: "footnotes closest", "aria-label": "Closest passages" },
        element("h3", { class: "small-heading" }, "The closest passages"),
        element("ul", { class: "notes" }, ...items),
      ),
    ];
  }

  #foot(answer) {
    return element(
      "footer",
      { class: "foot" },
      colophon(answer),
      element("div", { class: "actions" }, ...sharing(answer), ...feedbackForm(answer)),
    );
  }
}

function same(some, others) {
  const key = (sentences) => JSON.stringify(sentences.map(({ text, citations }) => [text, citations]));
  return key(some) === key(others);
}

/** What a follow-up question was taken to mean: whoever asked sees when that is wrong. */
function understood(question) {
  return element("p", { class: "understood" }, "Understood as: ", foreign(question));
}

function colophon(answer) {
  if (!answer.answered) return null;
  const how =
    answer.writer === "generative"
      ? ["Written by ", foreign(answer.model ?? "a language model"), ", each sentence proven"]
      : ["In the documents’ own words"];
  const confidence = element("span", { class: "confidence" }, `confidence ${Math.round(answer.confidence * 100)} %`);
  return element("p", { class: "colophon" }, element("span", {}, ...how), confidence);
}

function again(words, button, act) {
  return element(
    "p",
    { class: "failure" },
    element("span", {}, words),
    element("button", { type: "button", class: "button", click: act }, button),
  );
}
