import { goTo, wanted } from "./address.js";
import { Problem, read, ROOT } from "./api.js";
import { Conversation } from "./conversation.js";
import { element, icon } from "./element.js";
import { FootnoteCard } from "./footnote_card.js";
import { QuestionBox } from "./question_box.js";
import { ready } from "./readiness.js";
import { keyGiven, session, signOut } from "./session.js";
import { SourcePane } from "./source_pane.js";
import { suggest } from "./suggestions.js";
import { offerThemes } from "./theme_toggle.js";

const at = (id) => document.getElementById(id);
const card = new FootnoteCard(at("conversation"));
const source = new SourcePane(at("source"), [document.querySelector(".top"), at("conversation")]);
const conversation = new Conversation(at("turns"), at("status"), card, {
  begun: (view) => {
    showConversation();
    box.working = true;
    if (!box.isFocused) view.heading.focus({ preventScroll: true }); // what was pressed is gone
    view.node.scrollIntoView({ block: "start" });
  },
  ended: () => (box.working = false),
  named: (id, question) => {
    goTo(id);
    title(question);
  },
  opened: (passage, opener) => source.open(passage, opener),
  keyNeeded: async (again) => {
    if (await keyGiven()) again();
  },
});
const box = new QuestionBox(
  at("ask"),
  (question) => conversation.ask(question),
  () => conversation.stop(),
);

function title(question = null) {
  document.title = question ? `${question} · Footnote` : "Footnote";
  at("heading").textContent = question ? "Conversation" : "Ask the documents.";
}

function showConversation() {
  at("conversation").classList.remove("empty");
  at("heading").classList.add("visually-hidden");
  at("new").hidden = false;
  box.placeholder = "Ask a follow-up question";
}

function showWelcome() {
  source.close();
  conversation.clear();
  at("conversation").classList.add("empty");
  at("heading").classList.remove("visually-hidden");
  at("new").hidden = true;
  box.placeholder = "What would you like to know?";
  title();
  box.focus();
}

/** Show what the address asks for. */
async function show() {
  const { answer, conversation: id } = wanted();
  if (!answer && !id) return showWelcome();
  source.close();
  try {
    if (answer) showShared((await read(`/answers/${encodeURIComponent(answer)}`)).answer);
    else showAgain(await read(`/conversations/${encodeURIComponent(id)}`));
  } catch (problem) {
    showMissing(problem, answer ? "This answer is not here." : "This conversation is not here.");
  }
}

function showShared(answer) {
  showConversation();
  conversation.show([answer]);
  box.placeholder = "Ask a question of your own";
  title(answer.question);
}

function showAgain({ id, answers }) {
  showConversation();
  conversation.show(answers, id);
  if (answers.length > 1) at("turns").lastChild.scrollIntoView({ block: "start" });
  title(answers[0]?.question);
}

function showMissing(problem, words) {
  showWelcome();
  const isGone = problem instanceof Problem && (problem.status === 404 || problem.status === 422);
  const detail = isGone ? `${words} It may have been deleted, or it is somebody else’s.` : problem.words;
  at("turns").replaceChildren(element("p", { class: "remark" }, detail));
}

function startAgain(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  goTo();
  showWelcome();
}

/** One thing at a time is left: the card, the source that is being read, the work, the source beside it. */
function escape(event) {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (card.isOpen) card.close();
  else if (source.isOpen && source.holds(document.activeElement)) source.close();
  else if (conversation.isWorking) conversation.stop();
  else source.close();
}

/** What needs the documents to be read already. */
async function begin() {
  await ready(at("readiness"));
  suggest(at("suggestions"), (question) => conversation.ask(question));
  await offerDocuments();
  await offerHistory();
}

async function offerDocuments() {
  if (!(await isThere("/documents?limit=1", ({ total }) => count(total)))) return;
  offerPanel(at("documents"), async () => {
    const { DocumentsPanel } = await import("./documents_panel.js");
    return new DocumentsPanel(await whoAsks, {
      opened: (passage) => source.open(passage, at("documents")),
      counted: count,
    });
  });
}

async function offerHistory() {
  if (!(await isThere("/conversations?limit=1"))) return;
  offerPanel(at("history"), async () => {
    const { HistoryPanel } = await import("./history_panel.js");
    return new HistoryPanel({ opened: openAgain, deleted: forget });
  });
}

/** Panels are fetched when they are first wanted: the page is there sooner. */
function offerPanel(button, made) {
  let panel = null;
  button.hidden = false;
  button.addEventListener("click", async () => {
    panel ??= made();
    (await panel).open();
  });
}

function openAgain(id) {
  goTo(id);
  show();
}

function forget(id) {
  if (wanted().conversation !== id) return;
  goTo();
  showWelcome();
}

/** Whether the server offers it; `then` gets what it says. */
async function isThere(path, then = () => {}) {
  try {
    then(await read(path));
    return true;
  } catch (problem) {
    return problem.status === 429 || problem.status === 503; // later, perhaps
  }
}

function count(total) {
  at("documents").querySelector(".tally").textContent = total.toLocaleString("en");
}

async function offerSignOut() {
  if (!(await whoAsks).signed_in) return;
  at("sign-out").hidden = false;
  at("sign-out").addEventListener("click", async () => {
    await signOut();
    location.assign(ROOT);
  });
}

const whoAsks = session();
const ICONS = {
  send: "send",
  stop: "stop",
  new: "add",
  history: "history",
  documents: "documents",
  "sign-out": "leave",
};
for (const [id, name] of Object.entries(ICONS)) at(id).prepend(icon(name));
at("home").addEventListener("click", startAgain);
at("new").addEventListener("click", startAgain);
addEventListener("popstate", show);
addEventListener("keydown", escape);
offerThemes(at("theme"));
show();
offerSignOut();
begin();
