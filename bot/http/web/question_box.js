const NEARLY = 0.8; // from this share of the limit on the length is told

/** The field for a question: it grows with the text, Enter sends, Shift+Enter breaks the line. */
export class QuestionBox {
  #form;
  #field;
  #send;
  #stop;
  #limit;
  #most;
  #working = false;

  constructor(form, onAsk, onStop) {
    this.#form = form;
    this.#field = form.querySelector("textarea");
    this.#send = form.querySelector("#send");
    this.#stop = form.querySelector("#stop");
    this.#limit = form.parentElement.querySelector("#limit");
    this.#most = Number(this.#field.dataset.most);
    form.addEventListener("submit", (event) => this.#submit(event, onAsk));
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#field.addEventListener("input", () => this.#changed());
    this.#stop.addEventListener("click", () => onStop());
    this.#changed();
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  get isFocused() {
    return document.activeElement === this.#field;
  }

  /** While an answer is made, its stop button stands where the one that sends was. */
  set working(working) {
    const focused = !this.isFocused && this.#form.contains(document.activeElement);
    this.#working = working;
    this.#send.hidden = working;
    this.#stop.hidden = !working;
    this.#changed();
    if (focused) this.focus(); // a hidden button keeps no focus
  }

  set placeholder(words) {
    this.#field.placeholder = words;
  }

  #submit(event, onAsk) {
    event.preventDefault();
    const question = this.#field.value.trim();
    if (this.#working || !question || this.#length > this.#most) return;
    this.#field.value = "";
    this.#changed();
    onAsk(question);
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  /** In characters as the server counts them. */
  get #length() {
    return [...this.#field.value.trim()].length;
  }

  #changed() {
    const length = this.#length;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
    this.#send.disabled = length === 0 || length > this.#most;
    this.#field.setAttribute("aria-invalid", String(length > this.#most));
    this.#limit.hidden = length < this.#most * NEARLY;
    const count = `${length.toLocaleString("en")} of ${this.#most.toLocaleString("en")} characters`;
    this.#limit.textContent = length > this.#most ? `Too long: ${count}. Please shorten the question.` : count;
    this.#limit.classList.toggle("refused", length > this.#most);
  }
}
