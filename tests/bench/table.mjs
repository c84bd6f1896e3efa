// Lays rows out: the table as text for a terminal and as Markdown for the repository.

const number = (value) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const amount = ({ median }, unit) => `${number(median)} ${unit}`;

/** How many samples, and how far the least and the most lie from the median: "9, -4…+12 %". */
function spread({ samples, least, most, median }) {
  if (samples.length === 1) return "1";
  const percent = (value) => Math.round((100 * (value - median)) / (median || 1));
  return `${samples.length}, ${percent(least)}…+${percent(most)} %`;
}

/** Whether a row with a bar reaches it: "reached", "not reached", or "" without a bar or a figure. */
export function verdict({ bar, most, ratio, ours }) {
  if (bar !== undefined && ratio !== undefined) return ratio <= bar ? "reached" : "not reached";
  if (most !== undefined && ours) return ours.median <= most ? "reached" : "not reached";
  return "";
}

const barOf = ({ bar, most, unit }) =>
  bar !== undefined ? bar.toFixed(2) : most !== undefined ? `${most} ${unit}` : "";

const head = ["figure", "ours", "best of theirs", "ratio", "bar", "", "n, spread of ours", "note"];

function cells(row) {
  const { what, unit, ours, theirs, best, ratio, agreement, note, problem } = row;
  if (problem) return [what, "", "", "", barOf(row), "", "", problem];
  const peer = best ? `${amount(theirs[best], unit)} (${best})` : "";
  const notes = [agreement, note].filter(Boolean).join("; ");
  const ratioShown = ratio === undefined ? "" : ratio.toFixed(2);
  return [
    what,
    amount(ours, unit),
    peer,
    ratioShown,
    barOf(row),
    verdict(row),
    spread(ours),
    notes,
  ];
}

/** The rows as how cost grows: one line a row, each point with the cost of one unit of work. */
const growthHead = ["how cost grows", "amount: milliseconds for all of it (for one of it)"];
const growthCells = ({ what, points }) => [
  what,
  points
    .map(({ amount, median }) => `${amount}: ${number(median)} (${number(median / amount)})`)
    .join("  "),
];

/** `{ compared, grown }`: the two kinds of rows. */
const split = (rows) => ({
  compared: rows.filter(({ points }) => !points),
  grown: rows.filter(({ points }) => points),
});

/** For a terminal: columns of equal width, the last as long as it is. */
export function asText(rows) {
  const { compared, grown } = split(rows);
  const tables = [[head, ...compared.map(cells)]];
  if (grown.length > 0) tables.push([growthHead, ...grown.map(growthCells)]);
  return tables.map(aligned).join("\n\n");
}

function aligned(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** For the repository. */
export function asMarkdown(rows) {
  const { compared, grown } = split(rows);
  const tables = [[head, ...compared.map(cells)]];
  if (grown.length > 0) tables.push([growthHead, ...grown.map(growthCells)]);
  return tables.map(markdownTable).join("\n\n");
}

function markdownTable([first, ...lines]) {
  const line = (parts) => `| ${parts.map((part) => part.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(first), line(first.map(() => "---")), ...lines.map(line)].join("\n");
}
