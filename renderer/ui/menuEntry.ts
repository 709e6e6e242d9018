/** A line of a menu. */
export type MenuEntry =
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly label: string;
      readonly icon?: string | undefined;
      readonly keys?: string | undefined;
      readonly disabled?: boolean;
      readonly danger?: boolean;
      /** Shows a check mark; several with one make a choice. */
      readonly checked?: boolean;
      readonly run: () => void;
    }
  | { readonly kind: 'separator'; readonly id: string };
