// Downloads models in a page and looks at what is kept of them, for the tests of model arrival.

/**
 * Creates a classifier, classifies `picture` by `labels` if they are given, and disposes of it: `{ info, scores,
 * stats, started, progress }`, `started` being the milliseconds until it was ready; or `{ error, progress }`. Of each phase and file, `progress` has the first report and the last.
 */
export async function load({ picture, labels, pack, ...options }) {
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
      const classifier = await harness.Classifier.create({ device: "cpu", ...options, onProgress });
      const started = performance.now() - began;
      try {
        const wanted = pack
          ? await harness.LabelPack.load(new Blob([new Uint8Array(pack)]))
          : labels;
        const scores =
          picture && (await classifier.classify(await harness.picture(picture), wanted));
        return { info: classifier.info, scores, stats: await classifier.stats(), started };
      } finally {
        await classifier.dispose();
      }
    })(),
  );
  return "value" in outcome ? { ...outcome.value, progress } : { error: outcome, progress };
}

/** Every file of the page's private file system, as `{ path: bytes }`. */
export async function storedFiles() {
  const found = {};
  const walk = async (folder, prefix) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === "directory") await walk(handle, `${prefix}${name}/`);
      else found[prefix + name] = (await handle.getFile()).size;
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

/** Milliseconds that it takes to read a stored file once, piece by piece. */
export async function readingTime(path) {
  const { folder, name } = await handleOf(path);
  const file = await (await folder.getFileHandle(name)).getFile();
  const piece = 4 * 1024 * 1024;
  const began = performance.now();
  for (let at = 0; at < file.size; at += piece) await file.slice(at, at + piece).arrayBuffer();
  return performance.now() - began;
}
