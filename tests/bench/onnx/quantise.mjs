// Brings weights to 8 bits as onnxruntime's quantize_dynamic does: unsigned, with zero kept exact.

/**
 * `{ numbers, scales, zeros }` with `value = scale * (number - zero)`: one scale for each index of `axis`, which must be the
 * last one, or one for all where `axis` is null.
 */
export function quantised(values, shape, axis) {
  const channels = axis === null ? 1 : shape[axis];
  const lows = new Float32Array(channels);
  const highs = new Float32Array(channels);
  for (let at = 0; at < values.length; at += 1) {
    const channel = at % channels;
    lows[channel] = Math.min(lows[channel], values[at]);
    highs[channel] = Math.max(highs[channel], values[at]);
  }
  const scales = lows.map((low, channel) => (highs[channel] - low) / 255 || 1);
  const zeros = Uint8Array.from(lows, (low, channel) => Math.round(-low / scales[channel]));
  const numbers = new Uint8ClampedArray(values.length);
  for (let at = 0; at < values.length; at += 1) {
    const channel = at % channels;
    numbers[at] = Math.round(values[at] / scales[channel]) + zeros[channel];
  }
  return { numbers, scales, zeros };
}
