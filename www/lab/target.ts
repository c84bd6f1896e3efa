/** Which of the labels a word on the picture stands for. */

const ARTICLE = /^(?:an?|the)\s+/iu;

/** The label that `word` names, whatever its capitals and with or without an article; null where there is none. */
export function labelOfWord(word: string, labels: readonly string[]): string | null {
  const wanted = plain(word);
  return (wanted !== "" && labels.find((label) => plain(label) === wanted)) || null;
}

function plain(text: string): string {
  return text.trim().replace(ARTICLE, "").toLowerCase();
}
