import { documentAddress } from "./api.js";
import { element, foreign } from "./element.js";

/**
 * The number behind a sentence. It is a link, so that it opens in a tab of its own, too; pressed plainly, `onOpen`
 * shows the document beside the answer.
 */
export function footnoteMark(citation, card, onOpen) {
  const link = element(
    "a",
    {
      class: "footnote",
      href: documentAddress(citation.url).href,
      "aria-label": `Footnote ${citation.number}: ${citation.title}`,
      "data-number": citation.number,
      click: (event) => openInstead(event, () => onOpen(citation, link)),
    },
    String(citation.number),
  );
  card.attach(link, citation);
  return element("sup", {}, link);
}

/** The list under an answer: number, exact words, and where they stand. */
export function footnoteList(citations, onOpen) {
  return element(
    "section",
    { class: "footnotes", "aria-label": "Footnotes" },
    element("ol", { class: "notes" }, ...citations.map((citation) => note(citation, onOpen))),
  );
}

/** Words of a document that can be long: shortened to a few lines, with a button for the rest. */
export function quotation(words) {
  const quote = element("blockquote", { class: "quote shortened", dir: "auto" }, words);
  const more = element(
    "button",
    { type: "button", class: "more", "aria-expanded": "false", hidden: true },
    "Show all of it",
  );
  more.addEventListener("click", () => {
    const all = !quote.classList.toggle("shortened");
    more.setAttribute("aria-expanded", String(all));
    more.textContent = all ? "Show less" : "Show all of it";
  });
  const isCut = () => quote.classList.contains("shortened") && quote.scrollHeight > quote.clientHeight + 2;
  new ResizeObserver(() => {
    if (isCut()) more.hidden = false;
  }).observe(quote);
  return [quote, more];
}

/** Title, page and id of a document, the title opening it. */
export function sourceLine(passage, onOpen) {
  const title = element(
    "a",
    {
      class: "title",
      href: documentAddress(passage.url).href,
      click: (event) => openInstead(event, () => onOpen(passage, title)),
    },
    foreign(passage.title),
  );
  return element(
    "p",
    { class: "source-line" },
    title,
    passage.page ? element("span", { class: "page" }, `p. ${passage.page}`) : null,
    passage.title === passage.document ? null : foreign(passage.document, "file"),
  );
}

/** Follow `open` for a plain click; the browser's own ways, as for a new tab, stay the browser's. */
function openInstead(event, open) {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open();
}

function note(citation, onOpen) {
  return element(
    "li",
    { class: "note", "data-number": citation.number },
    element("span", { class: "number", "aria-hidden": "true" }, String(citation.number)),
    element("div", { class: "words" }, ...quotation(citation.quote), sourceLine(citation, onOpen)),
  );
}
