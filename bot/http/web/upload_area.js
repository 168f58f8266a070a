import { confirmed } from "./confirmation.js";
import { element, foreign, icon } from "./element.js";
import { pathOf, upload } from "./upload.js";

const MEGABYTE = 1_000_000;

/** Where files are put in by those who may: by a button, or dropped on the panel. */
export class UploadArea {
  #session;
  #tell;
  #choose = element("input", { type: "file", multiple: true, hidden: true });
  #folder = element("input", { id: "folder", class: "field", placeholder: "none", autocomplete: "off" });
  #files = element("ul", { class: "uploads", "aria-label": "Uploads", role: "list" });

  /** Files dropped on `target` count, too. `tell` has isThere(id) and added(), which is called after each file. */
  constructor(session, target, tell) {
    this.#session = session;
    this.#tell = tell;
    this.#choose.accept = session.upload_suffixes.join(",");
    this.#folder.value = firstFolder(session.documents);
    this.#choose.addEventListener("change", () => this.#take([...this.#choose.files]));
    this.node = element("section", { class: "upload", "aria-label": "Add documents" }, this.#controls(), this.#files);
    acceptDrops(target, (files) => this.#take(files));
  }

  #controls() {
    const add = element(
      "button",
      { type: "button", class: "button main", click: () => this.#choose.click() },
      icon("add"),
      "Add files",
    );
    const folder = element("label", { class: "folder", for: "folder" }, "into the folder");
    const most = Math.round(this.#session.max_upload_bytes / MEGABYTE);
    const hint = element(
      "p",
      { class: "hint" },
      `Or drop them here. ${kinds(this.#session)}${most ? ` At most ${most} MB each.` : ""}`,
    );
    return element("div", { class: "upload-controls" }, add, this.#choose, folder, this.#folder, hint);
  }

  /** One after the other: the server reads each of them before it answers. */
  async #take(files) {
    const lines = files.map((file) => new UploadLine(file));
    this.#files.replaceChildren(...lines.map((line) => line.node));
    this.#choose.value = "";
    for (const line of lines) await this.#put(line);
  }

  async #put(line) {
    const folder = this.#folder.value.trim().replace(/^\/+|\/+$/g, "");
    const id = folder ? `${folder}/${line.file.name}` : line.file.name;
    try {
      if ((await this.#tell.isThere(id)) && !(await mayReplace(id))) return line.end("Left as it was.");
      const { passages, replaced } = await upload(pathOf(id), line.file, (share) => line.progress(share));
      line.end(`${replaced ? "Replaced" : "Added"}: ${passages} ${passages === 1 ? "passage" : "passages"}.`);
      this.#tell.added();
    } catch (problem) {
      line.end(problem.words ?? "That did not work.", true);
    }
  }
}

/** What becomes of one file. */
class UploadLine {
  #bar = element("progress", { max: "1", value: "0" });
  #words = element("span", { class: "outcome", role: "status" }, "Waiting");

  constructor(file) {
    this.file = file;
    this.#bar.setAttribute("aria-label", `Uploading ${file.name}`);
    this.node = element("li", {}, foreign(file.name, "file"), this.#bar, this.#words);
  }

  progress(share) {
    this.#bar.value = share;
    const words = share < 1 ? "Sending" : "Being read";
    if (this.#words.textContent !== words) this.#words.textContent = words;
  }

  end(words, refused = false) {
    this.#bar.remove();
    this.#words.textContent = words;
    this.#words.classList.toggle("refused", refused);
  }
}

function mayReplace(id) {
  return confirmed(
    "Replace this document?",
    `“${id}” is there already. Answers will come from the new file.`,
    "Replace",
  );
}

function acceptDrops(target, onFiles) {
  const marked = (on) => target.classList.toggle("dropping", on);
  target.addEventListener("dragover", (event) => {
    event.preventDefault();
    marked(true);
  });
  target.addEventListener("dragleave", (event) => {
    if (!target.contains(event.relatedTarget)) marked(false);
  });
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    marked(false);
    if (event.dataTransfer.files.length > 0) onFiles([...event.dataTransfer.files]);
  });
}

function kinds({ upload_suffixes: suffixes }) {
  return suffixes.length > 0 ? `Kinds: ${suffixes.map((suffix) => suffix.replace(/^\./, "")).join(", ")}.` : "";
}

/** Whoever may change only part of the documents starts where they may. */
function firstFolder(globs) {
  const folders = (globs ?? []).map((glob) => glob.match(/^((?:[^*?[\]/]+\/)+)/)?.[1]).filter(Boolean);
  return folders[0] ?? "";
}
