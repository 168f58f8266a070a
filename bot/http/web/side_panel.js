import { element, icon } from "./element.js";

/** A sheet from the side of the page with a title; `body` is what it holds. Esc and a press beside it close it. */
export class SidePanel {
  constructor(id, title) {
    this.body = element("div", { class: "panel-body" });
    const close = element(
      "button",
      { type: "button", class: "quiet", "aria-label": "Close", click: () => this.close() },
      icon("close"),
    );
    const heading = element("h2", { id: `${id}-title` }, title);
    const head = element("header", { class: "panel-head" }, heading, close);
    this.node = element("dialog", { id, class: "panel", "aria-labelledby": heading.id }, head, this.body);
    this.node.addEventListener("click", (event) => {
      if (event.target === this.node) this.close();
    });
    document.body.append(this.node);
  }

  open() {
    if (!this.node.open) this.node.showModal();
  }

  close() {
    this.node.close();
  }

  /** What cannot be shown, in words. */
  explain(problem) {
    this.body.replaceChildren(element("p", { class: "failure", role: "alert" }, problem.words ?? "That did not work."));
  }
}
