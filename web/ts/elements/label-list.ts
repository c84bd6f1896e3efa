/** Reads lists of texts from attributes. */

/**
 * The texts of an attribute: a JSON array (`["a dog", "a cat"]`), else one a line, else separated by commas. Blanks around them
 * go, and so do empty ones.
 */
export function textsOf(attribute: string | null): string[] {
  const text = (attribute ?? "").trim();
  const list = jsonList(text) ?? text.split(/[\r\n]/.test(text) ? /[\r\n]+/ : ",");
  return list.map((item) => item.trim()).filter((item) => item !== "");
}

/** A template, or several: a JSON array, or one a line; a comma is part of a sentence. */
export function templatesOf(attribute: string | null): string[] {
  const text = (attribute ?? "").trim();
  return (jsonList(text) ?? text.split(/[\r\n]+/)).map((item) => item.trim()).filter(Boolean);
}

function jsonList(text: string): string[] | null {
  if (!text.startsWith("[")) return null;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(String) : null;
  } catch {
    return null;
  }
}
