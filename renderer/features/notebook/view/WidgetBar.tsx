import { useState, type ReactNode } from 'react';
import { CHOICE_SEPARATOR, type NotebookWidget } from '../../../../kernel/notebook/widgets.ts';
import { Choices } from '../../../ui/Choices.tsx';
import { Select } from '../../../ui/Select.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { useNotebook, useNotebookState } from './notebookContext.ts';
import styles from './widgets.module.css';

/** The notebook's widgets, above its cells: what `:name` stands for in them. */
export function WidgetBar() {
  const notebook = useNotebook();
  const widgets = useNotebookState((state) => state.widgets);
  if (widgets.length === 0) return null;
  return (
    <div className={styles['bar']} role="group" aria-label="Widgets">
      {widgets.map((widget) => (
        <WidgetField key={widget.name} widget={widget} onChange={(value) => notebook.setWidgetValue(widget.name, value)} />
      ))}
    </div>
  );
}

interface WidgetFieldProps {
  readonly widget: NotebookWidget;
  readonly onChange: (value: string) => void;
}

function WidgetField({ widget, onChange }: WidgetFieldProps) {
  switch (widget.widget) {
    case 'text':
      return <TextWidget widget={widget} onChange={onChange} />;
    case 'dropdown':
      return <Select label={widget.name} labelVisible value={widget.value} options={optionsOf(widget)} onChange={onChange} />;
    case 'combobox':
      return (
        <TextWidget widget={widget} onChange={onChange}>
          {(take) => <Choices label={`Choices of ${widget.name}`} choices={widget.choices} selected={[widget.value]} mode="single" onChange={(chosen) => take(chosen[0] ?? '')} />}
        </TextWidget>
      );
    case 'multiselect':
      return <MultiselectWidget widget={widget} onChange={onChange} />;
  }
}

/** The value counts when it is finished: with Enter, or when the field is left. */
function TextWidget({ widget, onChange, children }: WidgetFieldProps & { readonly children?: (take: (value: string) => void) => ReactNode }) {
  const [typed, setTyped] = useState<string>();
  const take = (value: string): void => {
    setTyped(undefined);
    if (value !== widget.value) onChange(value);
  };
  const finish = (): void => {
    if (typed !== undefined) take(typed);
  };
  return (
    <span className={styles['widget']}>
      <TextField label={widget.name} labelBeside value={typed ?? widget.value} onChange={setTyped} onFinish={finish} />
      {children?.(take)}
    </span>
  );
}

function MultiselectWidget({ widget, onChange }: WidgetFieldProps) {
  const chosen = widget.value === '' ? [] : widget.value.split(CHOICE_SEPARATOR);
  return (
    <span className={styles['widget']}>
      <span className={styles['label']}>{widget.name}</span>
      <Choices label={widget.name} choices={widget.choices} selected={chosen} mode="multiple" shown={chosen.length === 0 ? 'none' : chosen.join(', ')} onChange={(values) => onChange(values.join(CHOICE_SEPARATOR))} />
    </span>
  );
}

/** A value that is no choice any more is shown all the same. */
function optionsOf({ choices, value }: NotebookWidget): readonly { readonly value: string; readonly label: string }[] {
  const values = choices.includes(value) ? choices : [value, ...choices];
  return values.map((choice) => ({ value: choice, label: choice }));
}
