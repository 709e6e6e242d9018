import { useMemo } from 'react';
import { RenderedMarkdown } from '../view/MarkdownView.tsx';
import { chooseDisplay, scriptedTypes } from './displayChoice.ts';
import { SandboxFrame } from './SandboxFrame.tsx';
import { TextBlock } from './TextBlock.tsx';
import styles from './outputs.module.css';

/** An output that another program left in the notebook. Nothing of it runs here. */
export function DisplayOutput({ data }: { readonly data: Readonly<Record<string, string>> }) {
  const choice = useMemo(() => chooseDisplay(data), [data]);
  const scripted = scriptedTypes(data);
  const interactive = scripted.length === 0 ? [] : ['the interactive figure'];
  switch (choice.kind) {
    case 'error':
      return (
        <div className={styles['error']} role="group" aria-label="Error">
          <p className={styles['errorMessage']}>
            <span className="codicon codicon-error" aria-hidden="true" />
            <span><b>{choice.name}</b>{choice.message === '' ? '' : `: ${choice.message}`}</span>
          </p>
          {choice.stack !== '' && <TextBlock text={choice.stack} label="Traceback" />}
        </div>
      );
    case 'html':
      return <SandboxFrame html={choice.text} title="HTML output" alsoBlocked={interactive} />;
    case 'svg':
      return <SandboxFrame html={choice.text} title="Drawing" alsoBlocked={interactive} />;
    case 'image':
      return <img className={styles['image']} src={choice.url} alt={data['text/plain'] ?? 'Picture output'} />;
    case 'markdown':
      return <RenderedMarkdown source={choice.text} />;
    case 'latex':
      return <RenderedMarkdown source={/^\s*\$/.test(choice.text) ? choice.text : `$$\n${choice.text}\n$$`} />;
    case 'text':
      return <TextBlock text={choice.text} label="Text output" />;
    case 'unknown':
      return <p className={styles['notice']}>This output is of a kind that is not shown here: {choice.types.join(', ')}. It is kept in the notebook.</p>;
  }
}
