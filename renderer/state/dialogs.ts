import { createStore, type StoreApi } from 'zustand/vanilla';

export interface ConfirmRequest {
  readonly title: string;
  readonly message: string;
  readonly confirmLabel: string;
  readonly danger?: boolean;
}
/** A question with several answers; the last one is the main one. */
export interface ChoiceRequest<Value extends string = string> {
  readonly title: string;
  readonly message: string;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
}
export interface PromptRequest {
  readonly title: string;
  readonly label: string;
  readonly value: string;
  readonly confirmLabel: string;
  /** What is wrong with the text, or undefined. */
  readonly validate?: (value: string) => string | undefined;
}
interface PickItem<Value> {
  readonly value: Value;
  readonly label: string;
  readonly description?: string;
  readonly icon?: string;
}
export interface PickRequest {
  readonly title: string;
  readonly placeholder: string;
  readonly items: readonly PickItem<unknown>[];
}

export type PaletteMode = 'commands' | 'files';

/** The question on screen. `answer` is called exactly once. */
export type Dialog =
  | { readonly kind: 'confirm'; readonly request: ConfirmRequest; readonly answer: (confirmed: boolean) => void }
  | { readonly kind: 'choose'; readonly request: ChoiceRequest; readonly answer: (value: string | undefined) => void }
  | { readonly kind: 'prompt'; readonly request: PromptRequest; readonly answer: (text: string | undefined) => void }
  | { readonly kind: 'pick'; readonly request: PickRequest; readonly answer: (value: unknown) => void }
  | { readonly kind: 'folder'; readonly title: string; readonly answer: (path: string | undefined) => void }
  | { readonly kind: 'palette'; readonly mode: PaletteMode; readonly answer: () => void }
  | { readonly kind: 'about'; readonly answer: () => void };

interface DialogsState {
  readonly dialog: Dialog | undefined;
}
interface DialogsActions {
  readonly confirm: (request: ConfirmRequest) => Promise<boolean>;
  /** undefined: backed out; so for all below. */
  readonly choose: <Value extends string>(request: ChoiceRequest<Value>) => Promise<Value | undefined>;
  readonly prompt: (request: PromptRequest) => Promise<string | undefined>;
  readonly pick: <Value>(request: { readonly title: string; readonly placeholder: string; readonly items: readonly PickItem<Value>[] }) => Promise<Value | undefined>;
  /** Absolute path of a folder of the host's machine. */
  readonly chooseFolder: (title: string) => Promise<string | undefined>;
  readonly showPalette: (mode: PaletteMode) => Promise<void>;
  readonly showAbout: () => Promise<void>;
}
export type DialogsStore = StoreApi<DialogsState & DialogsActions>;

/** Questions that any command may ask; one at a time, a newer one backs the older out. */
export function createDialogsStore(): DialogsStore {
  return createStore<DialogsState & DialogsActions>((set, get) => {
    const ask = <Answer>(build: (answer: (value: Answer) => void) => Dialog): Promise<Answer> => {
      cancelOpen(get().dialog);
      return new Promise<Answer>((resolve) => {
        const dialog = build((value) => {
          if (get().dialog === dialog) set({ dialog: undefined });
          resolve(value);
        });
        set({ dialog });
      });
    };
    return {
      dialog: undefined,
      confirm: (request) => ask<boolean>((answer) => ({ kind: 'confirm', request, answer })),
      choose: <Value extends string>(request: ChoiceRequest<Value>) => ask<Value | undefined>((answer) => ({ kind: 'choose', request, answer: answer as (value: string | undefined) => void })),
      prompt: (request) => ask<string | undefined>((answer) => ({ kind: 'prompt', request, answer })),
      pick: <Value>(request: PickRequest) => ask<Value | undefined>((answer) => ({ kind: 'pick', request, answer: answer as (value: unknown) => void })),
      chooseFolder: (title) => ask<string | undefined>((answer) => ({ kind: 'folder', title, answer })),
      showPalette: (mode) => ask<void>((answer) => ({ kind: 'palette', mode, answer: () => answer(undefined) })),
      showAbout: () => ask<void>((answer) => ({ kind: 'about', answer: () => answer(undefined) })),
    };
  });
}

/** Answers an open dialog as Escape would. */
export function cancelOpen(dialog: Dialog | undefined): void {
  switch (dialog?.kind) {
    case undefined:
      return;
    case 'confirm':
      return dialog.answer(false);
    case 'choose':
    case 'prompt':
    case 'folder':
    case 'pick':
      return dialog.answer(undefined);
    case 'palette':
    case 'about':
      return dialog.answer();
  }
}
