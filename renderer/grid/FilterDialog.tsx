import { useId, useState, type FormEvent } from 'react';
import type { ResultColumn, ResultFilter } from '../../kernel/rpc/results.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TextField } from '../ui/TextField.tsx';
import { filterFamily, filterOps, filterValueProblem, needsValue, type FilterOp } from './filterOps.ts';
import { OP_TEXTS } from './gridMessages.ts';
import styles from './grid.module.css';

export interface FilterDialogProps {
  readonly index: number;
  readonly column: ResultColumn;
  /** The column's filter now. */
  readonly filter: ResultFilter | undefined;
  readonly onApply: (filter: ResultFilter) => void;
  readonly onClear: () => void;
  readonly onClose: () => void;
}

/** Asks for a comparison that fits the column's type. */
export function FilterDialog({ index, column, filter, onApply, onClear, onClose }: FilterDialogProps) {
  const ops = filterOps(column.type);
  const [op, setOp] = useState<FilterOp>(filter?.op ?? ops[0] ?? 'isNotNull');
  const [value, setValue] = useState(filter?.value ?? (filterFamily(column.type) === 'boolean' ? 'true' : ''));
  const opId = useId();
  const problem = filterValueProblem(column.type, op, value);

  const apply = (event?: FormEvent): void => {
    event?.preventDefault();
    if (problem !== undefined) return;
    onApply({ column: index, op, ...(needsValue(op) ? { value: filterFamily(column.type) === 'text' ? value : value.trim() } : {}) });
    onClose();
  };
  const clear = (): void => {
    onClear();
    onClose();
  };
  return (
    <Dialog
      title={`Filter by ${column.name}`}
      onClose={onClose}
      footer={
        <>
          {filter !== undefined && (
            <Button variant="quiet" onPress={clear}>
              Clear filter
            </Button>
          )}
          <Button onPress={onClose}>Cancel</Button>
          <Button variant="primary" isDisabled={problem !== undefined} onPress={() => apply()}>
            Filter
          </Button>
        </>
      }
    >
      <form className={styles['form']} onSubmit={apply}>
        <label htmlFor={opId} className={styles['formLabel']}>
          Rows where <strong>{column.name}</strong> <span className={styles['formHint']}>{column.type}</span>
        </label>
        <select id={opId} className={styles['select']} value={op} onChange={(event) => setOp(event.target.value as FilterOp)}>
          {ops.map((candidate) => (
            <option key={candidate} value={candidate}>
              {OP_TEXTS[candidate]}
            </option>
          ))}
        </select>
        {needsValue(op) && <ValueField type={column.type} value={value} problem={problem} onChange={setValue} />}
        <button type="submit" className={styles['hidden']} tabIndex={-1}>
          Filter
        </button>
      </form>
    </Dialog>
  );
}

function ValueField({ type, value, problem, onChange }: { readonly type: string; readonly value: string; readonly problem: string | undefined; readonly onChange: (value: string) => void }) {
  if (filterFamily(type) === 'boolean') {
    return (
      <select className={styles['select']} aria-label="Value" value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="true">true</option>
        <option value="false">false</option>
      </select>
    );
  }
  const error = problem === undefined || value === '' ? undefined : `Write ${problem}.`;
  return <TextField label="Value" value={value} onChange={onChange} placeholder={problem ?? ''} error={error} autoFocus />;
}
