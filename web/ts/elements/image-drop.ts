/** `<image-drop>`: drop, paste or choose a picture, or many; it shows one and hands them on as they are. */

import { ElementBase, openShadow, part } from "./element.js";
import { STYLE } from "./image-drop.style.js";

/** What `imagechange` carries. */
export interface ImageChange {
  /** The picture's own bytes, as they were given. */
  image: Blob;
  /** Its file name, or "" where it has none. */
  name: string;
}

/** What `imageschange` carries. */
export interface ImagesChange {
  /** The pictures' own bytes, two or more, as they were given. */
  images: File[];
}

/** What `filesdrop` carries. */
export interface FilesDrop {
  /** The drop itself, with files and folders; read its items before the event handler returns. */
  dataTransfer: DataTransfer;
}

const MARKUP = `
  <div class="frame" part="frame">
    <div class="picture"><img part="image" alt="" hidden /><div class="note" part="note"></div></div>
    <button part="button" type="button">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <rect x="3" y="4" width="18" height="16" rx="3" /><circle cx="8.5" cy="9.5" r="1.6" /><path d="M4 18l5.5-5 4 3.5 3-2.5 4 4" />
      </svg>
      <span class="hint"></span>
    </button>
  </div>
  <input type="file" accept="image/*" hidden />
`;

const INVITATION = "Drop, paste, or choose a picture";
const INVITATION_MULTIPLE = "Drop, paste, or choose pictures";
const LET_GO = "Let go to look at it";

/**
 * A frame for one picture.
 *
 * The whole frame is one button: a click, Enter or Space opens the file chooser. Any file is handed on; whether it is a
 * picture is for the one who reads it to say, from its content.
 *
 * @attr multiple - several pictures may be given at once: `imageschange` then tells of them, and none is shown by itself.
 * @attr page-wide - drops and pastes anywhere on the page count, not only on the frame.
 * @attr over - set by the element while files are held over it.
 * @fires imagechange - {@link ImageChange}, when a person gave a picture.
 * @fires imageschange - {@link ImagesChange}, when a person gave several and there is `multiple`.
 * @fires filesdrop - {@link FilesDrop}, cancelable, before a drop is taken as a picture: a page that wants other files too cancels it.
 * @fires imagereject - when what was dropped holds no file, such as a link.
 * @csspart frame, image, note, button
 * @cssprop --glimpse-picture-ratio - shape of the picture's place. Defaults to 1.
 * @cssprop --glimpse-accent, --glimpse-ink, --glimpse-muted, --glimpse-line, --glimpse-surface, --glimpse-radius
 */
export class ImageDrop extends ElementBase {
  readonly #img: HTMLImageElement;
  readonly #note: HTMLElement;
  readonly #hint: HTMLElement;
  readonly #input: HTMLInputElement;
  #image: Blob | null = null;
  #url = "";
  #connected: AbortController | undefined;

  constructor() {
    super();
    const root = openShadow(this, MARKUP, STYLE);
    this.#img = part(root, "img");
    this.#note = part(root, ".note");
    this.#hint = part(root, ".hint");
    this.#input = part(root, "input");
    part(root, "button").addEventListener("click", () => this.choose());
    this.#input.addEventListener("change", () => {
      this.#give([...(this.#input.files ?? [])]);
      this.#input.value = "";
    });
    this.#img.addEventListener("error", () => this.#unshowable());
  }

  /** The picture on show, or null. Setting it shows it and fires nothing. */
  get image(): Blob | null {
    return this.#image;
  }
  set image(image: Blob | null) {
    if (image === this.#image) return;
    this.#image = image;
    this.#show(image);
    this.alt = image instanceof File ? image.name : "";
  }

  /** What the picture shows, for people who do not see it. Defaults to its file name. */
  get alt(): string {
    return this.#img.alt;
  }
  set alt(alt: string) {
    this.#img.alt = alt || "The picture";
  }

  /** Opens the file chooser, as a click on the frame does; to be called from an event that a person caused. */
  choose(): void {
    this.#input.click();
  }

  connectedCallback(): void {
    this.#connected = new AbortController();
    if (this.#image && !this.#url) this.#show(this.#image);
    this.#input.multiple = this.#multiple;
    this.#hold(false);
    const { signal } = this.#connected;
    const wide = this.hasAttribute("page-wide");
    const drops: EventTarget = wide ? window : this;
    drops.addEventListener("dragover", (event) => this.#over(event as DragEvent), { signal });
    drops.addEventListener("dragleave", (event) => this.#out(event as DragEvent), { signal });
    drops.addEventListener("drop", (event) => this.#drop(event as DragEvent), { signal });
    const pastes: EventTarget = wide ? document : this;
    pastes.addEventListener("paste", (event) => this.#paste(event as ClipboardEvent), { signal });
  }

  disconnectedCallback(): void {
    this.#connected?.abort();
    // The picture itself stays: an element that is moved within its page shows it again.
    this.#show(null);
  }

  /** Shows these bytes, or none; the address of those before is given back. */
  #show(image: Blob | null): void {
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = image ? URL.createObjectURL(image) : "";
    this.#note.textContent = "";
    this.#img.hidden = !image;
    if (image) this.#img.src = this.#url;
    else this.#img.removeAttribute("src");
  }

  get #multiple(): boolean {
    return this.hasAttribute("multiple");
  }

  #over(event: DragEvent): void {
    const types = event.dataTransfer?.types ?? [];
    const link = types.includes("text/uri-list") && !isTextField(event);
    if (!types.includes("Files") && !link) return;
    event.preventDefault();
    this.#hold(true);
  }

  #out(event: DragEvent): void {
    const inside = event.relatedTarget instanceof Node;
    if (!inside) this.#hold(false);
  }

  #hold(over: boolean): void {
    this.toggleAttribute("over", over);
    const invitation = this.#multiple ? INVITATION_MULTIPLE : INVITATION;
    this.#hint.textContent = over ? LET_GO : invitation;
  }

  #drop(event: DragEvent): void {
    const { dataTransfer } = event;
    if (!dataTransfer || !this.hasAttribute("over")) return;
    event.preventDefault();
    this.#hold(false);
    const detail: FilesDrop = { dataTransfer };
    if (
      !this.dispatchEvent(
        new CustomEvent("filesdrop", { detail, bubbles: true, composed: true, cancelable: true }),
      )
    ) {
      return;
    }
    const files = [...dataTransfer.files];
    const images = files.filter(({ type }) => type.startsWith("image/"));
    if (files.length > 0) this.#give(images.length > 0 ? images : files);
    else this.dispatchEvent(new CustomEvent("imagereject", { bubbles: true, composed: true }));
  }

  #paste(event: ClipboardEvent): void {
    const data = event.clipboardData;
    const files = [...(data?.files ?? [])];
    if (!data || files.length === 0 || (isTextField(event) && data.types.includes("text/plain")))
      return;
    event.preventDefault();
    this.#give(files);
  }

  #give(images: File[]): void {
    const [image] = images;
    if (!image) return;
    if (images.length > 1 && this.#multiple) {
      const detail: ImagesChange = { images };
      this.dispatchEvent(
        new CustomEvent("imageschange", { detail, bubbles: true, composed: true }),
      );
      return;
    }
    this.image = image;
    const detail: ImageChange = { image, name: image.name };
    this.dispatchEvent(new CustomEvent("imagechange", { detail, bubbles: true, composed: true }));
  }

  #unshowable(): void {
    if (!this.#image || !this.#url) return;
    this.#img.hidden = true;
    const name = this.#image instanceof File ? this.#image.name : "This file";
    this.#note.textContent = `${name}: your browser has no preview for it. If it is a picture, it is read all the same.`;
  }
}

function isTextField(event: Event): boolean {
  return event.composedPath()[0] instanceof HTMLInputElement;
}
