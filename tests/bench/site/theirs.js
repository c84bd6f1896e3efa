// Starts a worker for each way that the peers are run, so that none shares a memory with another, and passes calls on.
import { picture } from "./pictures.js";

const workers = new Map();
let lastId = 0;

/** Asks the worker `name`, started at its first call, and waits for its answer. */
async function call(name, call, { picture: wanted, ...ask } = {}) {
  if (!workers.has(name)) workers.set(name, startWorker());
  const { worker, waiting } = workers.get(name);
  if (wanted) ask.picture = await picture(wanted);
  return new Promise((resolve, reject) => {
    const id = (lastId += 1);
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, call, ask });
  });
}

function startWorker() {
  const worker = new Worker("theirs-worker.js", { type: "module" });
  const waiting = new Map();
  worker.onmessage = ({ data: { id, value, error } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  };
  worker.onerror = ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(message || "the worker failed"));
  };
  return { worker, waiting };
}

/** Ends a worker, and gives back what it holds. */
function end(name) {
  workers.get(name)?.worker.terminate();
  workers.delete(name);
}

globalThis.bench = { call, end };
document.documentElement.dataset.ready = "yes";
