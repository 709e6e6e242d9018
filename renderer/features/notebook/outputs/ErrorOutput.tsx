import type { ErrorReport } from '../../../../kernel/base/errors.ts';
import { buildExcerpt } from './excerpt.ts';
import styles from './outputs.module.css';

export interface ErrorOutputProps {
  readonly error: ErrorReport;
  /** The text that ran, which the error's span counts in. */
  readonly source: string;
  /** Puts a suggestion where the error is; absent where the text has changed since. */
  readonly onFix?: ((replacement: string) => void) | undefined;
}

const SUGGESTIONS_SHOWN = 5;

/** What went wrong, where in the text, and what might have been meant. */
export function ErrorOutput({ error, source, onFix }: ErrorOutputProps) {
  const excerpt = buildExcerpt(source, error.span);
  return (
    <div className={styles['error']} role="group" aria-label="Error">
      <p className={styles['errorMessage']}>
        <span className="codicon codicon-error" aria-hidden="true" />
        <span>{error.message}</span>
      </p>
      {excerpt !== undefined && (
        <pre className={styles['excerpt']}>
          {excerpt.lines.map(({ number, text, marked }) => (
            <span key={number} className={styles['excerptLine']}>
              <span className={styles['excerptNumber']} aria-hidden="true">{number}</span>
              {marked === undefined ? text : (
                <>
                  {text.slice(0, marked.from)}
                  <mark>{text.slice(marked.from, marked.to) || ' '}</mark>
                  {text.slice(marked.to)}
                </>
              )}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
      {error.suggestions !== undefined && error.suggestions.length > 0 && (
        <p className={styles['suggestions']}>
          {error.code === 'PARSE_SYNTAX_ERROR' ? `Expected ${listExpected(error.suggestions)}` : (
            <>
              Did you mean{' '}
              {error.suggestions.slice(0, SUGGESTIONS_SHOWN).map((suggestion) => (
                <button key={suggestion} type="button" className={styles['suggestion']} disabled={onFix === undefined} onClick={() => onFix?.(suggestion)}>{suggestion}</button>
              ))}
              ?
            </>
          )}
        </p>
      )}
      <p className={styles['errorCode']}>{error.code}{error.sqlState === undefined ? '' : ` · SQLSTATE ${error.sqlState}`}</p>
    </div>
  );
}

/** What could stand in the place of a syntax error. It is mostly nothing that was meant, so it replaces nothing. */
function listExpected(keys: readonly string[]): string {
  return [...keys.slice(0, SUGGESTIONS_SHOWN), ...(keys.length > SUGGESTIONS_SHOWN ? ['…'] : [])].join(', ');
}
