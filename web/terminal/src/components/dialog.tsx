import { createEffect, type JSX } from "solid-js";

import { Close } from "./icons";

export interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: JSX.Element;
}

/** The browser's own dialog: it keeps the focus within, and Escape closes it. */
export function Dialog(props: DialogProps) {
  let element!: HTMLDialogElement;
  createEffect(() => {
    if (props.isOpen && !element.open) element.showModal();
    if (!props.isOpen && element.open) element.close();
  });
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-label={props.title}
      onClose={() => props.onClose()}
      onClick={(event) => {
        if (event.target === element) element.close();
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2>{props.title}</h2>
          <button
            class="icon-button"
            type="button"
            aria-label="Close"
            onClick={() => element.close()}
          >
            <Close />
          </button>
        </div>
        {props.children}
      </div>
    </dialog>
  );
}
