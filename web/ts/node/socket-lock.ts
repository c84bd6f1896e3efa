/**
 * A lock between threads and processes of one computer: a local socket that one of them listens on and the others wait at.
 *
 * The system closes the socket of a thread that was ended or a process that was killed, so no lock outlives its holder.
 */

import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { type Socket, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** Waits until nobody holds the lock `name`, and holds it until the function that it gives is called. */
export async function holdLock(name: string, signal?: AbortSignal): Promise<() => void> {
  const address = addressOf(name);
  for (;;) {
    signal?.throwIfAborted();
    const release = await listen(address);
    if (release) return release;
    await released(address, signal);
  }
}

/** A short address, for sockets' names are; in Linux and Windows one that needs no file. */
function addressOf(name: string): string {
  const id = `glimpse-${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
  if (process.platform === "linux") return `\0${id}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${id}`;
  return path.join(tmpdir(), `${id}.sock`);
}

/** Listens there, until the function that it gives is called; `null` where somebody else does. */
function listen(address: string): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    const waiting = new Set<Socket>();
    const server = createServer((socket) => {
      waiting.add(socket);
      socket.on("error", () => undefined).on("close", () => waiting.delete(socket));
    });
    const release = () => {
      server.close();
      // Those that wait learn of it by the end of their connection.
      for (const socket of waiting) socket.destroy();
    };
    server.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(null) : reject(error),
    );
    server.listen(address, () => resolve(release)).unref();
  });
}

/** Waits until the one who listens there stops; at once where nobody does. */
function released(address: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    const onAbort = () => {
      socket.destroy();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.on("error", () => undefined).resume();
    socket.on("close", (failed) => {
      signal?.removeEventListener("abort", onAbort);
      // Nobody there, though the name is taken: the file that a killed process left on a Mac.
      if (failed && address.endsWith(".sock"))
        void rm(address, { force: true }).then(() => resolve());
      else resolve();
    });
  });
}
