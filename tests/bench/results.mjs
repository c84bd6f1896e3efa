// Writes a run's figures: all samples as JSON, and the table as Markdown beside it.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { shortName } from "./machine.mjs";
import { asMarkdown } from "./table.mjs";

const folder = path.join(import.meta.dirname, "results");

/** How the table is to be read; the terminal shows it too. */
export const howToRead =
  "ratio = ours / best of theirs: below 1, Glimpse is faster or smaller. Medians; both sides measured in turns, in one " +
  "run, with the same weights and inputs; a row whose outputs differ has no time.";

/** Writes both files and gives their path without its ending. */
export function writeResults({ date, machine, warnings, rows, quick }) {
  mkdirSync(folder, { recursive: true });
  const name = `${date.slice(0, 10)}-${shortName(machine)}${quick ? "-quick" : ""}`;
  const base = path.join(folder, name);
  const run = { date, quick, machine, warnings, rows };
  writeFileSync(`${base}.json`, `${JSON.stringify(run, null, 2)}\n`);
  writeFileSync(`${base}.md`, markdown(run));
  return base;
}

function markdown({ date, quick, machine, warnings, rows }) {
  const { processor, cores, memory, system, node, chromium, commit, peers } = machine;
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return (
    [
      `# Glimpse beside its peers, ${date.slice(0, 10)}`,
      `${processor}, ${cores} cores, ${memory}, ${system}; Chromium ${chromium}, Node.js ${node}; commit ${commit}; ${versions.join(", ")}.`,
      ...(quick ? ["A quick run: fewer rounds, and not every row."] : []),
      ...warnings.map((warning) => `**${warning}**`),
      howToRead,
      asMarkdown(rows),
      "",
    ]
      .join("\n\n")
      .trimEnd() + "\n"
  );
}
