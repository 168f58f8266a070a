// Runs in the page before anything of its own: notes when the page can be asked, and when sentences come and are seen.
const seen = { ready: null, arrived: [], shown: [] };
window.footnoteBenchmark = seen;

// Ready is when the cursor is in the question's field, where the page's own scripts put it when they run.
function look() {
  const field = document.activeElement;
  if (field?.id === "question" && !field.disabled) seen.ready = performance.now();
  else requestAnimationFrame(look);
}
requestAnimationFrame(look);

// A sentence has arrived when the script that reads the stream gets the bytes of its event.
const read = ReadableStreamDefaultReader.prototype.read;
const decoder = new TextDecoder();
ReadableStreamDefaultReader.prototype.read = async function () {
  const piece = await read.call(this);
  const count = piece.value ? decoder.decode(piece.value).split("event: sentence").length - 1 : 0;
  for (let number = 0; number < count; number += 1) seen.arrived.push(performance.now());
  return piece;
};

// It is seen when the frame that draws it is over: the next one begins then, up to 17 ms later than pixels can change.
new MutationObserver(() => {
  const count = document.querySelectorAll(".sentence").length;
  if (count <= seen.shown.length) return;
  const fresh = count - seen.shown.length;
  const places = Array.from({ length: fresh }, () => seen.shown.push(null) - 1);
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      for (const place of places) seen.shown[place] = performance.now();
    }),
  );
}).observe(document, { childList: true, subtree: true });
