/** Lets a hand carry a row of `<score-bars>` to another place by its grip: mouse, pen or finger. */

import { glide } from "./element.js";

/** What the list of rows gives to the hand. */
export interface Carrying {
  /** The rows that can change places, top to bottom. */
  rows(): HTMLElement[];
  /** Called once, before the first move. */
  begin(): void;
  /** Brings the row at `from` to `to` without taking it out of the document. */
  move(from: number, to: number): void;
  /** Called when the row is let go, wherever it then is. */
  end(): void;
}

/** A press becomes a carry once it went this far, in CSS pixels. */
const THRESHOLD = 4;

interface Hold {
  row: HTMLElement;
  pointer: number;
  /** Where the row was when it was taken, to bring it back. */
  index: number;
  /** The pointer's height at which the row would lie in its place. */
  zero: number;
  carried: boolean;
}

/** Listens in `list` for presses on `.grip`; Escape brings a carried row back. */
export function letRowsBeCarried(list: HTMLElement, carrying: Carrying): void {
  let hold: Hold | null = null;
  let listening = new AbortController();

  list.addEventListener("pointerdown", (event) => {
    const grip = (event.target as Element).closest(".grip");
    const row = grip?.closest("li");
    const index = row ? carrying.rows().indexOf(row) : -1;
    if (!row || index < 0 || event.button !== 0 || hold) return;
    event.preventDefault();
    hold = { row, pointer: event.pointerId, index, zero: event.clientY, carried: false };
    listening = new AbortController();
    const { signal } = listening;
    addEventListener("pointermove", (event) => follow(event), { signal });
    addEventListener("pointerup", (event) => release(event, false), { signal });
    addEventListener("pointercancel", (event) => release(event, true), { signal });
    addEventListener(
      "keydown",
      (event) => {
        if (event.key === "Escape") letGo(true);
      },
      { signal, capture: true },
    );
  });

  function follow(event: PointerEvent): void {
    if (!hold || event.pointerId !== hold.pointer) return;
    const { row } = hold;
    if (!hold.carried && Math.abs(event.clientY - hold.zero) < THRESHOLD) return;
    if (!hold.carried) {
      hold.carried = true;
      row.toggleAttribute("data-carried", true);
      carrying.begin();
    }
    const rows = carrying.rows();
    const from = rows.indexOf(row);
    const top = row.offsetTop + event.clientY - hold.zero;
    const bottom = top + row.offsetHeight;
    // A row gives way once the carried one covers half of it, from whichever side.
    const to = rows.filter((other, index) => {
      const middle = other.offsetTop + other.offsetHeight / 2;
      return other !== row && (index < from ? middle <= top : middle < bottom);
    }).length;
    if (to !== from) place(from, to);
    row.style.setProperty("transform", `translateY(${event.clientY - hold.zero}px)`);
  }

  function place(from: number, to: number): void {
    if (!hold) return;
    const { row } = hold;
    const others = carrying.rows().filter((other) => other !== row);
    const before = row.offsetTop;
    glide(others, () => carrying.move(from, to));
    hold.zero += row.offsetTop - before;
  }

  function release(event: PointerEvent, undone: boolean): void {
    if (event.pointerId === hold?.pointer) letGo(undone);
  }

  function letGo(undone: boolean): void {
    if (!hold) return;
    const { row, index, carried } = hold;
    listening.abort();
    if (carried && undone) place(carrying.rows().indexOf(row), index);
    hold = null;
    row.removeAttribute("data-carried");
    glide([row], () => row.style.removeProperty("transform"));
    if (carried) carrying.end();
  }
}
