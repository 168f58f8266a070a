import { element, foreign } from "./element.js";

const PATIENCE_MS = 120; // a pointer that only passes by opens nothing
const GRACE_MS = 200; // time to move the pointer from the number onto the card
const GAP = 8;
const MARGIN = 12;

/** The card that shows a footnote's words while its number is pointed at or focused; there is one on the page. */
export class FootnoteCard {
  #node = element("div", { id: "footnote-card", class: "card", role: "tooltip", popover: "manual" });
  #mark = null;
  #timer = 0;

  /** `place` is the landmark that it belongs to. */
  constructor(place) {
    place.append(this.#node);
    this.#node.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.#node.addEventListener("pointerleave", () => this.#later(() => this.close(), GRACE_MS));
    addEventListener("scroll", (event) => this.#follow(event.target), { passive: true, capture: true });
    addEventListener("resize", () => this.close());
  }

  get isOpen() {
    return this.#mark !== null;
  }

  /** Show `citation` when `mark` is pointed at with something finer than a finger, or focused by keyboard. */
  attach(mark, citation) {
    mark.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "mouse" || event.pointerType === "pen")
        this.#later(() => this.#open(mark, citation), PATIENCE_MS);
    });
    mark.addEventListener("pointerleave", () => this.#later(() => this.close(), GRACE_MS));
    mark.addEventListener("focus", () => {
      if (mark.matches(":focus-visible")) this.#later(() => this.#open(mark, citation), 0);
    });
    mark.addEventListener("blur", () => this.close());
    mark.addEventListener("click", () => this.close());
  }

  close() {
    clearTimeout(this.#timer);
    if (!this.#mark) return;
    this.#mark.removeAttribute("aria-describedby");
    lightUp(this.#mark, false);
    this.#mark = null;
    this.#node.hidePopover();
  }

  #later(then, ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }

  #open(mark, citation) {
    if (this.#mark === mark || !mark.isConnected) return;
    this.close();
    this.#mark = mark;
    this.#node.replaceChildren(...content(citation));
    mark.setAttribute("aria-describedby", this.#node.id);
    lightUp(mark, true);
    this.#node.showPopover();
    this.#place(mark.getBoundingClientRect());
  }

  /** Keep to the number while the page is scrolled, as it is to show a number that is focused. */
  #follow(scrolled) {
    if (!this.#mark || scrolled === this.#node) return;
    const mark = this.#mark.getBoundingClientRect();
    if (mark.bottom < 0 || mark.top > innerHeight) this.close();
    else this.#place(mark);
  }

  /** Above the number where there is room, below it otherwise; never over it, never off the page. */
  #place(mark) {
    const { width, height } = this.#node.getBoundingClientRect();
    const left = Math.min(Math.max(MARGIN, mark.left - width / 3), innerWidth - width - MARGIN);
    const above = mark.top - height - GAP;
    this.#node.style.left = `${Math.max(0, left)}px`;
    this.#node.style.top = `${above >= MARGIN ? above : mark.bottom + GAP}px`;
  }
}

function content(citation) {
  return [
    element("blockquote", { class: "quote", dir: "auto" }, citation.quote),
    element(
      "p",
      { class: "source-line" },
      element("span", { class: "number" }, String(citation.number)),
      foreign(citation.title, "title"),
      citation.page ? element("span", { class: "page" }, `p. ${citation.page}`) : null,
    ),
  ];
}

/** A footnote under the answer is lit while its number is. */
function lightUp(mark, on) {
  const notes = mark.closest(".turn")?.querySelectorAll(".note") ?? [];
  for (const note of notes) note.classList.toggle("lit", on && note.dataset.number === mark.dataset.number);
}
