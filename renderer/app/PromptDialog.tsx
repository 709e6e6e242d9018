import { useState } from 'react';
import type { PromptRequest } from '../state/dialogs.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TextField } from '../ui/TextField.tsx';

export interface PromptDialogProps {
  readonly request: PromptRequest;
  readonly onAnswer: (text: string | undefined) => void;
}

/** Asks for one line of text. */
export function PromptDialog({ request, onAnswer }: PromptDialogProps) {
  const [value, setValue] = useState(request.value);
  const error = request.validate?.(value);
  const accept = (): void => {
    if (error === undefined) onAnswer(value);
  };
  return (
    <Dialog
      title={request.title}
      onClose={() => onAnswer(undefined)}
      footer={
        <>
          <Button onPress={() => onAnswer(undefined)}>Cancel</Button>
          <Button variant="primary" isDisabled={error !== undefined} onPress={accept}>
            {request.confirmLabel}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          accept();
        }}
      >
        <TextField label={request.label} value={value} onChange={setValue} error={value === request.value ? undefined : error} autoFocus />
      </form>
    </Dialog>
  );
}
