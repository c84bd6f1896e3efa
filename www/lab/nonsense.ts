/** A word of the same length that means nothing, in the same script: the control that tells reading from mere ink. */

/** Letters of each script that hardly make a word together, all of them in the bundled fonts. */
const POOLS: readonly [script: RegExp, letters: string][] = [
  [/\p{Script=Latin}/u, "bcdfghjklmnpqrstvwxz"],
  [/\p{Script=Cyrillic}/u, "бвгджзклмнпрстфхцчшщ"],
  [/\p{Script=Greek}/u, "βγδζθκλμνξπρστφχψ"],
  [/\p{Script=Hebrew}/u, "בגדזחטלמנספצקרשת"],
  [/\p{Script=Arabic}/u, "بتثجحخدذرزسشصضطظ"],
  [/\p{Script=Devanagari}/u, "कखगघचछजटठडणतथदधन"],
  [/\p{Script=Thai}/u, "กขคงจชซดตถทธนบปผพฟมยรลวส"],
  [/\p{Script=Hiragana}/u, "あえおかきけこさせそたつてとぬねのはふほむめもよりれろわ"],
  [/\p{Script=Katakana}/u, "アエオカキケコサセソタツテトヌネノハフホムメモヨリレロワ"],
  [/\p{Script=Hangul}/u, "가나다라마바사자카타파하고노도로모보소조"],
  [/\p{Script=Han}/u, "一七上下不中九二五人今先入八六出分十千午南半友口右四国土"],
  [/\p{Nd}/u, "0123456789"],
];

/** The same nonsense for the same word every time; blanks, signs and capitals stay where they are. */
export function nonsenseOf(word: string): string {
  let seed = 2166136261; // FNV-1a
  for (const letter of word) seed = Math.imul(seed ^ (letter.codePointAt(0) ?? 0), 16777619) >>> 0;
  return [...word.normalize("NFC")]
    .map((letter) => {
      // Signs stay, and so do vowel signs, which sit on any letter of their script.
      const isRead = /[\p{L}\p{Nd}]/u.test(letter);
      const pool = isRead && POOLS.find(([script]) => script.test(letter))?.[1];
      if (!pool) return letter;
      const others = [...pool].filter((other) => other !== letter.toLowerCase());
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
      const other = others[Math.floor((seed / 2 ** 32) * others.length)] ?? letter;
      return letter === letter.toLowerCase() ? other : other.toUpperCase();
    })
    .join("");
}
