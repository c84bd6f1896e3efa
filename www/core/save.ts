/** Saves a file through the browser's download. */

/** Saves `content` as a file of this name. */
export function save(content: string | Blob, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once it began, which it has not when `click` returns.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
