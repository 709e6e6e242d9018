import type { editor } from 'monaco-editor/editor';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { useClient } from '../state/services.ts';
import { monacoLanguage } from './languages.ts';
import { loadMonaco } from './loadMonaco.ts';
import { useSqlServices } from './useSqlServices.ts';
import { CODE_FONT_FAMILY, CODE_FONT_SIZE, CODE_LINE_HEIGHT } from './typography.ts';
import styles from './TextEditor.module.css';

export interface TextEditorProps {
  /** The text; a value that differs from what the editor holds replaces it. */
  readonly value: string;
  /** A file's extension or a language: `sql`, `md`, `json`… */
  readonly language: string;
  readonly readOnly: boolean;
  readonly onChange: (value: string) => void;
  readonly onSave: () => void;
  readonly ariaLabel: string;
}

/** A whole file in Monaco, for text files. */
export function TextEditor({ value, language, readOnly, onChange, onSave, ariaLabel }: TextEditorProps) {
  useSqlServices(useClient());
  const container = useRef<HTMLDivElement>(null);
  const instance = useRef<editor.IStandaloneCodeEditor>(undefined);
  const latest = useRef({ value, language, readOnly, onChange, onSave, ariaLabel });
  useLayoutEffect(() => {
    latest.current = { value, language, readOnly, onChange, onSave, ariaLabel };
  });

  useEffect(() => {
    let mounted = true;
    const disposers: (() => void)[] = [];
    void loadMonaco().then((monaco) => {
      const element = container.current;
      if (!mounted || element === null) return;
      const props = latest.current;
      const model = monaco.editor.createModel(props.value, monacoLanguage(props.language));
      const created = monaco.editor.create(element, { ...FILE_OPTIONS, model, readOnly: props.readOnly, ariaLabel: props.ariaLabel });
      created.addAction({ id: 'lakebook.saveFile', label: 'Save', keybindings: [monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS], run: () => latest.current.onSave() });
      model.onDidChangeContent(() => latest.current.onChange(model.getValue()));
      instance.current = created;
      disposers.push(() => created.dispose(), () => model.dispose());
    });
    return () => {
      mounted = false;
      instance.current = undefined;
      for (const dispose of disposers) dispose();
    };
  }, []);

  useEffect(() => {
    const model = instance.current?.getModel();
    if (model && model.getValue() !== value) model.setValue(value);
  }, [value]);
  useEffect(() => instance.current?.updateOptions({ readOnly, ariaLabel }), [readOnly, ariaLabel]);

  return <div ref={container} className={styles['editor']} />;
}

const FILE_OPTIONS: editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fixedOverflowWidgets: true,
  fontFamily: CODE_FONT_FAMILY,
  fontSize: CODE_FONT_SIZE,
  lineHeight: CODE_LINE_HEIGHT,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  padding: { top: 8, bottom: 8 },
  'semanticHighlighting.enabled': true,
  quickSuggestionsDelay: 0,
  suggest: { snippetsPreventQuickSuggestions: false },
  links: false,
};
