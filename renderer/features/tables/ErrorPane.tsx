import type { ErrorReport } from '../../../kernel/base/errors.ts';
import { useServices } from '../../state/services.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { copyText } from './tableActions.ts';
import { wayOut } from './tableMessages.ts';

export interface ErrorPaneProps {
  /** What could not be done. */
  readonly title: string;
  readonly error: ErrorReport;
  readonly onRetry: () => void;
}

/** An error in the place of what it prevented: class, message, and what can be done. */
export function ErrorPane({ title, error, onRetry }: ErrorPaneProps) {
  const services = useServices();
  const text = `[${error.code}] ${error.message}`;
  return (
    <div role="alert">
      <EmptyState
        icon={error.kind === 'unsupported' ? 'circle-slash' : 'error'}
        title={title}
        hint={
          <>
            {text}
            <br />
            {wayOut(error)}
          </>
        }
      >
        <Button onPress={onRetry}>Try again</Button>
        <Button variant="quiet" icon="copy" onPress={() => copyText(services, text)}>
          Copy error
        </Button>
      </EmptyState>
    </div>
  );
}
