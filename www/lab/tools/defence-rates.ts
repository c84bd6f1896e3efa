/** The rates that were measured for the built-in model's defences, in a table that lies beside the model; not every build has one. */

/** A share of the cases, and the interval that it lies in with 95 % confidence (Wilson's); all 0 to 1. */
export interface Rate {
  rate: number;
  low: number;
  high: number;
}

/** How often the right label was best with one defence. */
export interface Measured {
  /** With a word on the picture. */
  attacked: Rate;
  /** Without. */
  clean: Rate;
  /** How many cases were tried. */
  cases: number;
}

const TABLE = "glimpse-clip/models/mini/defences.json";

/** The measured rates by the defence's name; empty where there is no table, or none that can be read. */
export async function measuredRates(): Promise<ReadonlyMap<string, Measured>> {
  try {
    const response = await fetch(TABLE);
    return response.ok ? ratesOf(await response.json()) : new Map();
  } catch (error) {
    // The tool works without; only the columns are missing.
    console.warn(error);
    return new Map();
  }
}

function ratesOf(table: unknown): Map<string, Measured> {
  const entries = typeof table === "object" && table !== null ? Object.entries(table) : [];
  return new Map(entries.filter((entry): entry is [string, Measured] => isMeasured(entry[1])));
}

function isMeasured(value: unknown): value is Measured {
  if (typeof value !== "object" || value === null) return false;
  const { attacked, clean, cases } = value as Record<string, unknown>;
  return isRate(attacked) && isRate(clean) && typeof cases === "number";
}

function isRate(value: unknown): value is Rate {
  if (typeof value !== "object" || value === null) return false;
  const { rate, low, high } = value as Record<string, unknown>;
  return [rate, low, high].every((share) => typeof share === "number" && share >= 0 && share <= 1);
}
