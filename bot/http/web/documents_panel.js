import { documentItself, read, request } from "./api.js";
import { confirmed } from "./confirmation.js";
import { element, foreign, icon } from "./element.js";
import { SidePanel } from "./side_panel.js";
import { pathOf } from "./upload.js";
import { UploadArea } from "./upload_area.js";

const NUMBER = new Intl.NumberFormat("en");

/** The documents that are answered from: to read, and for those who may to add and to delete. */
export class DocumentsPanel {
  #panel = new SidePanel("documents-panel", "Documents");
  #filter = element("input", {
    id: "filter",
    class: "field",
    type: "search",
    placeholder: "Filter by title or name",
    "aria-label": "Filter the documents",
    autocomplete: "off",
  });
  #count = element("p", { class: "count", role: "status" });
  #list = element("ul", { class: "entries" });
  #more = element("button", { type: "button", class: "button", hidden: true, click: () => this.#load() }, "Show more");
  #session;
  #tell;
  #documents = [];
  #total = 0;
  #next = null;

  /** `tell` has opened(passage) and counted(total). */
  constructor(session, tell) {
    this.#session = session;
    this.#tell = tell;
    this.#filter.addEventListener("input", () => this.#show());
    const added = () => this.#reload();
    const isThere = (id) => this.#isThere(id);
    const upload = session.may_manage ? new UploadArea(session, this.#panel.node, { added, isThere }).node : null;
    this.parts = [upload, this.#filter, this.#count, this.#list, this.#more].filter(Boolean);
  }

  async open() {
    this.#panel.body.replaceChildren(...this.parts);
    this.#panel.open();
    await this.#reload();
  }

  /** From the beginning; until it is there, what was known before is shown. */
  #reload() {
    return this.#load(true);
  }

  async #load(again = false) {
    try {
      const after = this.#next && !again ? `&after=${encodeURIComponent(this.#next)}` : "";
      const { documents, total, next } = await read(`/documents?limit=100${after}`);
      this.#documents = again ? documents : [...this.#documents, ...documents];
      this.#total = total;
      this.#next = next;
      this.#tell.counted(total);
      this.#show();
    } catch (problem) {
      this.#panel.explain(problem);
    }
  }

  /** A file of rows is several documents. */
  async #isThere(id) {
    if (this.#documents.some((document) => document.id === id || document.id.startsWith(`${id}#`))) return true;
    if (!this.#next) return false;
    try {
      await request(pathOf(id), { method: "HEAD", accept: "text/html" });
      return true;
    } catch (problem) {
      if (problem.status === 404) return false;
      throw problem;
    }
  }

  #show() {
    const words = this.#filter.value.trim().toLowerCase();
    const shown = this.#documents.filter(({ id, title }) => `${title ?? ""}\n${id}`.toLowerCase().includes(words));
    this.#list.replaceChildren(...shown.map((document) => this.#entry(document)));
    this.#more.hidden = !this.#next;
    this.#count.textContent = this.#counted(shown.length, words);
  }

  #counted(shown, words) {
    if (this.#total === 0) return "There are no documents yet.";
    const loaded = this.#next ? ` of the first ${NUMBER.format(this.#documents.length)}` : "";
    if (words) return `${NUMBER.format(shown)}${loaded} fit “${words}”.`;
    return `${NUMBER.format(this.#total)} ${this.#total === 1 ? "document" : "documents"}${loaded ? `, the first ${NUMBER.format(shown)} are shown` : ""}.`;
  }

  #entry(document) {
    const title = document.title || document.id;
    const open = () => {
      this.#panel.close();
      this.#tell.opened({ url: document.url, title, document: document.id, page: null });
    };
    const entry = element(
      "li",
      { class: "entry" },
      element("button", { type: "button", class: "entry-title", click: open }, foreign(title)),
      element(
        "p",
        { class: "entry-words" },
        title === document.id ? null : foreign(document.id, "file"),
        ...sizes(document),
      ),
      this.#buttons(document, title),
    );
    return entry;
  }

  #buttons(document, title) {
    const buttons = element("div", { class: "entry-buttons" });
    if (!document.original) return buttons; // a row of a file, which comes and goes with it
    buttons.append(originalLink(document, title));
    if (this.#session.may_manage) {
      const remove = () => this.#delete(document, title);
      buttons.append(
        element(
          "button",
          { type: "button", class: "quiet remove", "aria-label": `Delete ${title}`, click: remove },
          icon("remove"),
        ),
      );
    }
    return buttons;
  }

  async #delete(document, title) {
    if (
      !(await confirmed(
        "Delete this document?",
        `“${title}” is deleted from the documents folder. Nothing is answered from it any more.`,
        "Delete",
      ))
    )
      return;
    try {
      await request(documentItself(document.url), { method: "DELETE" });
      await this.#reload();
      this.#filter.focus();
    } catch (problem) {
      this.#count.textContent = problem.words ?? "That did not work.";
    }
  }
}

function sizes(document) {
  const pages = document.page_count
    ? [`${NUMBER.format(document.page_count)} ${document.page_count === 1 ? "page" : "pages"}`]
    : [];
  const passages = `${NUMBER.format(document.passages)} ${document.passages === 1 ? "passage" : "passages"}`;
  return [...pages, passages].map((words) => element("span", {}, words));
}

function originalLink(document, title) {
  const to = documentItself(document.url);
  to.search = "?as=original";
  return element(
    "a",
    { class: "quiet", href: to.href, download: "", "aria-label": `Download ${title}` },
    icon("download"),
  );
}
