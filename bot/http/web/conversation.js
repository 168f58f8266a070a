import { AnswerView } from "./answer_view.js";
import { Problem, request } from "./api.js";
import { answerEvents } from "./event_stream.js";

/** The questions and answers on the page, and the one that is being answered. */
export class Conversation {
  #turns;
  #status;
  #card;
  #tell;
  #id = null;
  #working = null;

  /**
   * `turns` is where they are shown, `status` the line that says what is being done. `tell` has what the page wants to
   * know: begun(view), ended(), named(id, question), opened(passage, opener), keyNeeded(again).
   */
  constructor(turns, status, card, tell) {
    this.#turns = turns;
    this.#status = status;
    this.#card = card;
    this.#tell = tell;
  }

  get isWorking() {
    return this.#working !== null;
  }

  get isEmpty() {
    return !this.#turns.hasChildNodes();
  }

  /** Leave what is shown; a question that is being answered is given up. */
  clear() {
    this.stop();
    this.#id = null;
    this.#turns.replaceChildren();
    this.#say("");
  }

  /** Show answers that were given before; with an `id` the conversation goes on. */
  show(answers, id = null) {
    this.clear();
    this.#id = id;
    for (const answer of answers) {
      const view = this.#view(answer.question);
      view.finish(answer);
    }
  }

  stop() {
    this.#working?.abort();
  }

  async ask(question) {
    const view = this.#view(question);
    const working = new AbortController();
    const conversation = this.#id;
    this.#working = working;
    this.#say("Asking …");
    this.#tell.begun(view);
    try {
      await this.#follow(question, view, working.signal);
    } catch (error) {
      if (view.node.isConnected) this.#explain(error, view, question, conversation);
    }
    if (this.#working === working) this.#working = null;
    if (!this.isWorking) this.#tell.ended();
  }

  async #follow(question, view, signal) {
    const json = this.#id ? { question, conversation_id: this.#id } : { question };
    const response = await request("/ask", { method: "POST", json, accept: "text/event-stream", signal });
    for await (const { name, value } of answerEvents(response)) {
      signal.throwIfAborted();
      this.#take(name, value, view);
    }
  }

  #take(name, value, view) {
    if (name === "status") {
      if (value.stage === "fallback") view.takeBack();
      this.#say(`${value.detail.charAt(0).toUpperCase()}${value.detail.slice(1)} …`);
    }
    if (name === "citation") view.addCitation(value);
    if (name === "sentence") view.addSentence(value);
    if (name === "done") this.#done(value, view);
  }

  #done(answer, view) {
    view.finish(answer);
    this.#id = answer.conversation_id;
    this.#say(ended(answer), true);
    this.#tell.named(answer.conversation_id, answer.question);
  }

  #explain(error, view, question, conversation) {
    const again = () => this.#again(view, question, conversation);
    if (error.name === "AbortError") {
      view.stop(again);
      this.#say("Stopped.", true);
      return;
    }
    const problem = error instanceof Problem ? error : new Problem(500, "something went wrong on this page");
    view.fail(problem, ...this.#remedies(problem, again, view, question));
    this.#say(problem.words, true);
    if (!(error instanceof Problem)) throw error;
  }

  #remedies(problem, again, view, question) {
    if (problem.status === 401) return [{ words: "Enter a key", act: () => this.#tell.keyNeeded(again) }];
    if (problem.status === 404 && this.#id) {
      return [{ words: "Ask in a new conversation", act: () => this.#again(view, question, null) }];
    }
    return problem.status === 422 ? [] : [{ words: "Try again", act: again }];
  }

  #again(view, question, conversation) {
    if (this.isWorking) return;
    view.node.remove();
    this.#id = conversation;
    this.ask(question);
  }

  #view(question) {
    const view = new AnswerView(question, this.#card, this.#tell.opened);
    this.#turns.append(view.node);
    return view;
  }

  /** What is being done is for everybody to see; that it has ended shows itself, and is only told. */
  #say(words, quietly = false) {
    this.#status.textContent = words;
    this.#status.classList.toggle("visually-hidden", quietly);
  }
}

function ended(answer) {
  if (!answer.answered) return "The documents do not answer this.";
  const count = answer.citations.length;
  return `Answered, with ${count} ${count === 1 ? "footnote" : "footnotes"}.`;
}
