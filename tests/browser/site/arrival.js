// Downloads models in a page and looks at what is kept of them, for the tests of model arrival.

/**
 * Creates a classifier, classifies `picture` by `labels` if they are given, and disposes of it: `{ info, scores,
 * stats, started, progress }`, `started` being the milliseconds until it was ready; or `{ error, progress }`. `counted`: with the
 * worker that counts what it reads of Blobs, which gives `bytesRead`. Of each phase and file, `progress` has the first report and the last.
 */
export async function load({ picture, labels, pack, counted, ...options }) {
  const progress = [];
  const onProgress = (report) => {
    const last = progress.at(-1);
    const step = ({ phase, file, fromCache }) => `${phase} ${file} ${fromCache}`;
    if (last && step(last.last) === step(report)) last.last = report;
    else progress.push({ ...report, last: report });
  };
  const began = performance.now();
  const outcome = await harness.attempt(
    (async () => {
      const workerUrl = counted ? "/counted/worker.js" : undefined;
      const given = { device: "cpu", workerUrl, ...options, onProgress };
      const classifier = await harness.Classifier.create(given);
      const started = performance.now() - began;
      try {
        const wanted = pack
          ? await harness.LabelPack.load(new Blob([new Uint8Array(pack)]))
          : labels;
        const scores =
          picture && (await classifier.classify(await harness.picture(picture), wanted));
        const bytesRead = counted && (await bytesReadFromBlobs());
        return {
          info: classifier.info,
          scores,
          stats: await classifier.stats(),
          started,
          bytesRead,
        };
      } finally {
        await classifier.dispose();
      }
    })(),
  );
  return "value" in outcome ? { ...outcome.value, progress } : { error: outcome, progress };
}

function bytesReadFromBlobs() {
  const channel = new BroadcastChannel("counted-reads");
  return new Promise((resolve) => {
    channel.onmessage = ({ data }) => (channel.close(), resolve(data.bytes));
    channel.postMessage("how many?");
  });
}

/** Every file of the page's private file system, as `{ path: bytes }`. */
export async function storedFiles() {
  const found = {};
  const walk = async (folder, prefix) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === "directory") await walk(handle, `${prefix}${name}/`);
      else {
        // A download that is under way may take a file away between the listing and the look at it.
        const file = await handle.getFile().catch(() => null);
        if (file) found[prefix + name] = file.size;
      }
    }
  };
  await walk(await navigator.storage.getDirectory(), "");
  return found;
}

/** The handle of one stored file, and of the folder that it is in. */
async function handleOf(path) {
  const parts = path.split("/");
  const name = parts.pop();
  let folder = await navigator.storage.getDirectory();
  for (const part of parts) folder = await folder.getDirectoryHandle(part);
  return { folder, name };
}

/** Removes a stored file as the browser might, without a word to anyone. */
export async function removeStored(path) {
  const { folder, name } = await handleOf(path);
  await folder.removeEntry(name);
}

/** Cuts a stored file to its first bytes. */
export async function cutStored(path, bytes) {
  const { folder, name } = await handleOf(path);
  const handle = await folder.getFileHandle(name);
  const writable = await handle.createWritable({ keepExistingData: true });
  await writable.truncate(bytes);
  await writable.close();
}

/** Loads, as `load` does, the model that one stored file belongs to, its files being handed over as if they had been picked. */
export async function loadStored(path, options) {
  const { folder } = await handleOf(path);
  const stored = new Map();
  for await (const [name, handle] of folder.entries()) stored.set(name, handle);
  const files = {};
  for (const [name, handle] of stored) {
    // Whatever is whole has a note beside it; the notes themselves are no files of the model.
    if (stored.has(`${name}.json`)) files[name] = await handle.getFile();
  }
  return load({ ...options, model: { files } });
}
