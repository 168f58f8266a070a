import { documentAddress } from "./api.js";

/** The answer with its footnotes as Markdown, in which the words of documents and questions are only words. */
export function answerMarkdown(answer) {
  const parts = [`**${plain(answer.question)}**`, answer.answered ? sentences(answer) : plain(answer.answer)];
  if (answer.answered) parts.push(answer.citations.map(footnote).join("\n"));
  else if (answer.closest.length > 0) parts.push(answer.closest.map(closest).join("\n"));
  return `${parts.join("\n\n")}\n`;
}

function sentences(answer) {
  return answer.sentences
    .filter((sentence) => sentence.verdict === "proven")
    .map((sentence) => plain(sentence.text) + sentence.citations.map((number) => `[^${number}]`).join(""))
    .join(" ");
}

function footnote(citation) {
  return `[^${citation.number}]: “${plain(citation.quote)}” — ${source(citation)}`;
}

function closest(passage) {
  return `- “${plain(passage.text)}” — ${source(passage)}`;
}

function source(passage) {
  const page = passage.page ? `, p. ${passage.page}` : "";
  return `[${plain(passage.title)}](<${documentAddress(passage.url).href}>)${page}`;
}

/** On one line, and nothing in it means anything in Markdown or HTML. */
function plain(text) {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_{}[\]<>()#+!|~$&]/g, "\\$&")
    .replace(/^([-=]|\d+\.)/, "\\$1");
}
