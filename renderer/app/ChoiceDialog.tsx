import type { ChoiceRequest } from '../state/dialogs.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';

export interface ChoiceDialogProps {
  readonly request: ChoiceRequest;
  readonly onAnswer: (value: string | undefined) => void;
}

/** A question with several answers; Escape and Cancel are none of them. */
export function ChoiceDialog({ request, onAnswer }: ChoiceDialogProps) {
  const main = request.choices[request.choices.length - 1]?.value;
  return (
    <Dialog
      title={request.title}
      role="alertdialog"
      onClose={() => onAnswer(undefined)}
      footer={
        <>
          <Button onPress={() => onAnswer(undefined)}>Cancel</Button>
          {request.choices.map(({ value, label }) => (
            <Button key={value} variant={value === main ? 'primary' : 'secondary'} autoFocus={value === main} onPress={() => onAnswer(value)}>
              {label}
            </Button>
          ))}
        </>
      }
    >
      {request.message}
    </Dialog>
  );
}
