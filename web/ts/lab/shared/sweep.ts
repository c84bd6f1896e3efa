/** The pictures and answers of a sweep, as they cross between the threads and stand in states and reports. */

/** A picture as states and reports name it. */
export interface AttackPicture {
  readonly name: string;
  /** 64 hexadecimal digits: of the picture's file; for one that has none (a canvas, ImageData) of the square's RGB bytes. */
  readonly sha256: string;
}

/** What the classifier said of one variant. */
export interface AttackAnswer {
  /** The probabilities, in the order of the labels. */
  readonly scores: readonly number[];
  /** The cosines, in the order of the labels. */
  readonly cosines: readonly number[];
  /** How much of the square the label changed, 0 to 1. */
  readonly area: number;
}
