/** Tells of a model's loading in the words of transformers.js' `progress_callback`. */

import type { Progress } from "../shared/types.js";

/** What `progress_callback` is told; the same union as transformers.js'. Sizes are bytes, `progress` is 0 to 100. */
export type ProgressInfo =
  | { status: "initiate" | "download" | "done"; name: string; file: string }
  | {
      status: "progress";
      name: string;
      file: string;
      progress: number;
      loaded: number;
      total: number;
    }
  | {
      status: "progress_total";
      name: string;
      progress: number;
      loaded: number;
      total: number;
      files: Record<string, { loaded: number; total: number }>;
    }
  | { status: "ready"; task: string; model: string };

/** An `onProgress` that tells `callback`. Where a server does not say how long a file is, its total is what came so far. */
export function pipelineProgress(
  task: string,
  name: string,
  callback: (info: ProgressInfo) => void,
): (progress: Progress) => void {
  const files: Record<string, { loaded: number; total: number }> = {};
  const done = new Set<string>();
  const finish = (file: string) => {
    if (done.has(file)) return;
    done.add(file);
    callback({ status: "done", name, file });
  };
  return ({ phase, file, loaded, total }) => {
    if (phase === "ready") {
      Object.keys(files).forEach(finish);
      callback({ status: "ready", task, model: name });
      return;
    }
    if (file === "" || phase === "compile" || done.has(file)) return;
    if (!files[file]) {
      callback({ status: "initiate", name, file });
      callback({ status: "download", name, file });
    }
    const state = (files[file] = { loaded, total: Math.max(total ?? 0, loaded) });
    callback({ status: "progress", name, file, progress: percent(state), ...state });
    const sums = Object.values(files).reduce(
      (sum, each) => ({ loaded: sum.loaded + each.loaded, total: sum.total + each.total }),
      { loaded: 0, total: 0 },
    );
    callback({
      status: "progress_total",
      name,
      progress: percent(sums),
      ...sums,
      files: structuredClone(files),
    });
    if (total !== null && loaded >= total) finish(file);
  };
}

function percent({ loaded, total }: { loaded: number; total: number }): number {
  return total > 0 ? (100 * loaded) / total : 0;
}
