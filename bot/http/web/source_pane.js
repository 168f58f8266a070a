import { address, documentAddress, Problem, UNREACHED } from "./api.js";
import { element, foreign, icon } from "./element.js";

const NARROW = matchMedia("(max-width: 60rem)"); // as in page.css

/** The document beside the conversation, at the quoted words; on a small screen a sheet over everything. */
export class SourcePane {
  #node;
  #others;
  #title = element("h2", { id: "source-title", class: "title" });
  #place = element("p", { class: "place" });
  #body = element("div", { class: "source-body", tabindex: "0", role: "region", "aria-label": "Text of the document" });
  #outside = element(
    "a",
    { class: "quiet", target: "_blank", rel: "noopener" },
    icon("outside"),
    element("span", { class: "label" }, "Open in a tab"),
  );
  #opener = null;
  #loading = null;

  /** `others` are what a sheet over everything covers. */
  constructor(node, others) {
    this.#node = node;
    this.#others = others;
    const close = element(
      "button",
      { type: "button", class: "quiet", "aria-label": "Close the source", click: () => this.close() },
      icon("close"),
    );
    const bar = element("div", { class: "bar" }, this.#outside, close);
    node.append(
      element("header", { class: "source-head" }, element("div", { class: "names" }, this.#title, this.#place), bar),
      this.#body,
    );
    this.#body.addEventListener("click", (event) => this.#follow(event));
    NARROW.addEventListener("change", () => this.#cover());
  }

  get isOpen() {
    return !this.#node.hidden;
  }

  holds(node) {
    return this.#node.contains(node);
  }

  /** Show what `passage.url` points at; `opener` gets the focus back. */
  async open(passage, opener) {
    this.#opener = opener;
    this.#node.hidden = false;
    document.documentElement.classList.add("split");
    this.#cover();
    this.#title.replaceChildren(foreign(passage.title));
    this.#place.replaceChildren(
      foreign(passage.document, "file"),
      ...(passage.page ? [element("span", {}, `page ${passage.page}`)] : []),
    );
    this.#body.focus({ preventScroll: true });
    await this.#load(documentAddress(passage.url));
  }

  close() {
    if (!this.isOpen) return;
    this.#loading?.abort();
    this.#node.hidden = true;
    this.#body.replaceChildren();
    document.documentElement.classList.remove("split");
    this.#cover();
    this.#opener?.focus();
  }

  #cover() {
    for (const other of this.#others) other.inert = this.isOpen && NARROW.matches;
  }

  async #load(place) {
    this.#loading?.abort();
    const loading = fetchedPage(place);
    this.#loading = loading;
    this.#outside.href = place.href;
    this.#body.setAttribute("aria-busy", "true");
    try {
      const page = await loading.page;
      this.#show(page, place);
    } catch (problem) {
      if (this.#loading !== loading) return;
      this.#body.replaceChildren(element("p", { class: "failure", role: "alert" }, problem.words));
    }
    if (this.#loading === loading) this.#body.removeAttribute("aria-busy");
  }

  #show(page, place) {
    const main = document.adoptNode(page.querySelector("main"));
    const text = element("div", { class: "source-text" }, ...main.childNodes);
    main.classList.forEach((name) => text.classList.add(name));
    this.#tellPlace(text);
    resolve(text, place);
    this.#body.replaceChildren(text);
    this.#bringIntoView(text);
  }

  /** Title and place stand above the text already; the page says where in the document it is by now. */
  #tellPlace(text) {
    const where = [...text.querySelectorAll(".where > span")].map((node) => element("span", {}, node.textContent));
    if (where.length > 0) this.#place.replaceChildren(this.#place.firstChild, ...where);
    text.querySelector("h1")?.remove();
  }

  #bringIntoView(text) {
    const quote = text.querySelector("#quote");
    if (!quote) this.#body.scrollTop = 0;
    else {
      const offset = quote.getBoundingClientRect().top - this.#body.getBoundingClientRect().top;
      this.#body.scrollTop += offset - this.#body.clientHeight / 4;
    }
  }

  /** Links to other parts of documents stay here; files and everything else are the browser's. */
  #follow(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const to = new URL(link.href);
    if (!to.href.startsWith(address("/documents/").href) || isFile(to)) return;
    event.preventDefault();
    this.#load(to);
    this.#body.focus({ preventScroll: true });
  }
}

/** The page of a document, read by the browser as HTML without running anything in it. */
function fetchedPage(place) {
  const sent = new XMLHttpRequest(); // it parses without a string in between, which trusted types would have to trust
  const page = new Promise((resolve, reject) => {
    sent.open("GET", withoutHash(place));
    sent.responseType = "document";
    sent.setRequestHeader("Accept", "text/html");
    sent.onload = () =>
      sent.status === 200 && sent.response?.querySelector("main") ? resolve(sent.response) : reject(refusal(sent));
    sent.onerror = () => reject(new Problem(0, UNREACHED));
    sent.send();
  });
  return { page, abort: () => sent.abort() };
}

function refusal(sent) {
  const detail = sent.response?.querySelector(".detail")?.textContent;
  return new Problem(sent.status, detail || "this document cannot be shown");
}

/** Not a page of the document but the document in another form, or the picture of one of its sheets. */
function isFile(place) {
  return place.searchParams.has("as") || /\/pages\/\d+\.png$/.test(place.pathname);
}

function withoutHash(place) {
  return place.href.split("#")[0];
}

/** Addresses in the page are relative to that page, not to this one. */
function resolve(text, place) {
  for (const [selector, attribute] of [
    ["a[href]", "href"],
    ["img[src]", "src"],
  ]) {
    for (const node of text.querySelectorAll(selector)) {
      const to = new URL(node.getAttribute(attribute), place);
      if (to.protocol === "http:" || to.protocol === "https:") node.setAttribute(attribute, to.href);
      else node.removeAttribute(attribute);
      if (isFile(to)) node.target = "_blank"; // the conversation stays where it is
    }
  }
}
