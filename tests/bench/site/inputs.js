// The inputs of both sides, made from a number, so that neither side can answer from what it remembers and both see the same.

/** The mean and spread of each channel, from the checkpoint's preprocessor_config.json: CLIP's, and those of mini-photo. */
const clip = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  spread: [0.26862954, 0.26130258, 0.27577711],
};
export const miniPhoto = { mean: Array(3).fill(127 / 255), spread: Array(3).fill(128 / 255) };

/** Numbers in 0..1, the same for the same seed (mulberry32). */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** RGBA of a square with soft shapes and some noise: opaque, `side` pixels wide and high. */
export function square(seed, side) {
  const next = random(seed + 1);
  const waves = Array.from({ length: 3 }, () => [next() * 0.2, next() * 0.2, next() * 6]);
  const rgba = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let at = 0; at < side * side; at += 1) {
    const [x, y] = [at % side, Math.floor(at / side)];
    for (const [channel, [across, down, phase]] of waves.entries())
      rgba[4 * at + channel] =
        128 + 100 * Math.sin(across * x + down * y + phase) + 20 * (next() - 0.5);
  }
  return rgba;
}

/** What preprocessing makes of such a square: [3, side, side], normalised. */
export function pixelValues(rgba, { mean, spread } = clip) {
  const pixels = rgba.length / 4;
  const values = new Float32Array(3 * pixels);
  for (let channel = 0; channel < 3; channel += 1)
    for (let at = 0; at < pixels; at += 1)
      values[channel * pixels + at] =
        (rgba[4 * at + channel] / 255 - mean[channel]) / spread[channel];
  return values;
}

/** Words that the checkpoint's small tokenizer has as one token each, as OpenAI's has common words. */
const words = [
  ...["table", "apple", "blue", "cat", "cats", "circle", "coffee", "dog"],
  ...["dogs", "drawing", "green", "house", "label", "large", "photo", "picture"],
];

/** How labels are put into words; the tokenizer has these as one token each, too. */
export const template = "a photo of a {}";

/** `count` labels from the number `first` on, each number its own: three words, from 4,096 on four. */
export function labels(first, count) {
  return Array.from({ length: count }, (_, at) => {
    const digits = (first + at).toString(words.length).padStart(3, "0");
    return [...digits].map((digit) => words[parseInt(digit, words.length)]).join(" ");
  });
}
