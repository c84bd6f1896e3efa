// Finds the Python that has PyTorch, which no one needs to have.
import { spawnSync } from "node:child_process";

/** A Python in which these statements pass, or undefined; PYTHON may name it. */
export function pythonWith(statements) {
  const python = process.env.PYTHON ?? "python3";
  const { status } = spawnSync(python, ["-c", statements]);
  return status === 0 ? python : undefined;
}
