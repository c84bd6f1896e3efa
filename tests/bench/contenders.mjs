// Who takes turns: Glimpse, and the peers' workers, each asked for the same.

/** "wasm, 1 thread", and the name for more. */
export const threadsName = (threads) =>
  threads === 1 ? "wasm, 1 thread" : `wasm, ${threads} threads`;

/** The peers' workers by their names, one for each count of threads; `open(threads)` gives a worker's name in the world. */
export async function byThreads(threadCounts, open) {
  const found = {};
  for (const threads of threadCounts) found[threadsName(threads)] = await open(threads);
  return found;
}

/** What `inTurns` takes: `call` in our classifier and in each worker of theirs, which are asked in words of their own where they must be. */
export function contendersOf(world, { ours, theirs, call, ask, askTheirs = ask }) {
  const contenders = { ours: (round) => world.ours(ours, call, ask(round)) };
  for (const [name, worker] of Object.entries(theirs))
    contenders[name] = (round) => world.theirs(worker, call, askTheirs(round));
  return contenders;
}
