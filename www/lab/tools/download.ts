/** Hands a text over as a file to keep. */

/** Offers `text` under `name`, as a download. */
export function download(text: string, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once it began, which it has not when `click` returns.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A file's name for what is about `word`, without what file systems refuse. */
export function fileName(word: string, ending: string): string {
  const plain = word
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  return `glimpse-attack-${plain || "word"}.${ending}`;
}
