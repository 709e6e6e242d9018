import type { ConfirmRequest } from '../state/dialogs.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';

export interface ConfirmDialogProps {
  readonly request: ConfirmRequest;
  readonly onAnswer: (confirmed: boolean) => void;
}

/** A yes-or-no question; Escape is no. */
export function ConfirmDialog({ request, onAnswer }: ConfirmDialogProps) {
  return (
    <Dialog
      title={request.title}
      role="alertdialog"
      onClose={() => onAnswer(false)}
      footer={
        <>
          <Button onPress={() => onAnswer(false)}>Cancel</Button>
          <Button variant={request.danger === true ? 'danger' : 'primary'} autoFocus onPress={() => onAnswer(true)}>
            {request.confirmLabel}
          </Button>
        </>
      }
    >
      {request.message}
    </Dialog>
  );
}
