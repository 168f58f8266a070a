import { read, request } from "./api.js";
import { confirmed } from "./confirmation.js";
import { element, foreign, icon } from "./element.js";
import { SidePanel } from "./side_panel.js";

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/** One's own conversations: to open one again, or to delete it. */
export class HistoryPanel {
  #panel = new SidePanel("history-panel", "History");
  #list = element("ul", { class: "entries" });
  #more = element("button", { type: "button", class: "button", hidden: true, click: () => this.#load() }, "Show more");
  #empty = element("p", { class: "nothing" }, "Nothing yet. What you ask in this browser is kept here, for you alone.");
  #next = null;
  #tell;

  /** `tell` has opened(id) and deleted(id). */
  constructor(tell) {
    this.#tell = tell;
  }

  async open() {
    this.#panel.open();
    this.#next = null;
    this.#list.replaceChildren();
    this.#panel.body.replaceChildren(this.#list, this.#more);
    await this.#load();
  }

  async #load() {
    try {
      const after = this.#next ? `?after=${encodeURIComponent(this.#next)}` : "";
      const { conversations, next } = await read(`/conversations${after}`);
      this.#list.append(...conversations.map((conversation) => this.#entry(conversation)));
      this.#next = next;
      this.#more.hidden = !next;
      this.#sayIfEmpty();
    } catch (problem) {
      this.#panel.explain(problem);
    }
  }

  #entry({ id, title, asked_at: askedAt, questions }) {
    const open = () => {
      this.#panel.close();
      this.#tell.opened(id);
    };
    const count = `${questions} ${questions === 1 ? "question" : "questions"}`;
    const entry = element(
      "li",
      { class: "entry" },
      element("button", { type: "button", class: "entry-title", click: open }, foreign(title)),
      element("p", { class: "entry-words" }, when(new Date(askedAt)), element("span", {}, count)),
    );
    const remove = () => this.#delete(id, title, entry);
    entry.append(
      element(
        "button",
        { type: "button", class: "quiet remove", "aria-label": `Delete “${title}”`, click: remove },
        icon("remove"),
      ),
    );
    return entry;
  }

  async #delete(id, title, entry) {
    if (!(await confirmed("Delete this conversation?", `“${title}” and its answers are forgotten for good.`, "Delete")))
      return;
    try {
      await request(`/conversations/${encodeURIComponent(id)}`, { method: "DELETE" });
    } catch (problem) {
      if (problem.status !== 404) return this.#panel.explain(problem);
    }
    const neighbour = entry.nextElementSibling ?? entry.previousElementSibling;
    entry.remove();
    (neighbour?.querySelector("button") ?? this.#panel.node.querySelector("button")).focus();
    this.#sayIfEmpty();
    this.#tell.deleted(id);
  }

  #sayIfEmpty() {
    if (!this.#list.hasChildNodes()) this.#panel.body.replaceChildren(this.#empty);
  }
}

function when(date) {
  const today = DAY.format(date) === DAY.format(new Date());
  return element("time", { datetime: date.toISOString() }, today ? TIME.format(date) : DAY.format(date));
}
