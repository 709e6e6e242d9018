import { useId } from 'react';
import { Checkbox, Radio, RadioGroup } from 'react-aria-components';
import type { ChartSpec, ResultColumn } from '../../kernel/rpc/results.ts';
import { Icon } from '../ui/Icon.tsx';
import { AGGREGATE_TEXTS, TYPE_TEXTS } from './chartMessages.ts';
import { AGGREGATES, BINS_DEFAULT, BINS_LIMITS, CHART_TYPES, seriesColumns, withAggregate, withoutY, withSeries, withType, withY, xColumns, yColumns, type Aggregate, type ChartType } from './chartSpec.ts';
import styles from './chart.module.css';

export interface ChartBuilderProps {
  readonly spec: ChartSpec;
  readonly columns: readonly ResultColumn[];
  readonly onChange: (spec: ChartSpec) => void;
}

const TYPE_ICONS: Readonly<Record<ChartType, string>> = { line: 'graph-line', bar: 'graph', scatter: 'graph-scatter', histogram: 'graph-left' };

/** What the chart shows and how, to choose from. */
export function ChartBuilder({ spec, columns, onChange }: ChartBuilderProps) {
  const isHistogram = spec.type === 'histogram';
  return (
    <div className={styles['builder']} role="group" aria-label="Chart settings">
      <RadioGroup aria-label="Chart type" className={styles['types'] ?? ''} value={spec.type} onChange={(type) => onChange(withType(spec, type as ChartType, columns))}>
        {CHART_TYPES.map((type) => (
          <Radio key={type} value={type} className={styles['type'] ?? ''}>
            <Icon name={TYPE_ICONS[type]} className={type === 'histogram' ? (styles['turned'] ?? '') : ''} />
            {TYPE_TEXTS[type]}
          </Radio>
        ))}
      </RadioGroup>
      <ColumnSelect label={isHistogram ? 'Values of' : 'X axis'} columns={xColumns(columns, spec.type)} value={spec.x} onChange={(x) => onChange({ ...spec, x })} />
      {isHistogram ? <BinsField spec={spec} onChange={onChange} /> : <YFields spec={spec} columns={columns} onChange={onChange} />}
      <ColumnSelect label="Series" columns={seriesColumns(columns)} value={spec.series ?? ''} none="None" onChange={(name) => onChange(withSeries(spec, name === '' ? undefined : name))} />
      {spec.type !== 'scatter' && (spec.series !== undefined || spec.y.length > 1) && (
        <Checkbox className={styles['check'] ?? ''} isSelected={spec.stacked === true} onChange={(stacked) => onChange({ ...spec, stacked })}>
          <span className={styles['box']}>
            <Icon name="check" />
          </span>
          Stacked
        </Checkbox>
      )}
    </div>
  );
}

function YFields({ spec, columns, onChange }: ChartBuilderProps) {
  const aggregateId = useId();
  const addable = yColumns(columns, spec.aggregate).filter(({ name }) => !spec.y.includes(name));
  return (
    <>
      <div className={styles['field']}>
        <span className={styles['label']}>Y axis</span>
        {spec.y.map((name) => (
          <span key={name} className={styles['chip']}>
            <span className={styles['chipText']} title={name}>
              {name}
            </span>
            <button type="button" className={styles['chipRemove']} aria-label={`Remove ${name}`} onClick={() => onChange(withoutY(spec, name))}>
              <Icon name="close" />
            </button>
          </span>
        ))}
        {spec.y.length === 0 && spec.aggregate === 'count' && <span className={styles['hint']}>Number of rows</span>}
        {addable.length > 0 && (
          <select className={styles['select']} aria-label="Add a column to the y axis" value="" onChange={(event) => onChange(withY(spec, event.target.value))}>
            <option value="">Add column…</option>
            {addable.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </div>
      {spec.type !== 'scatter' && (
        <div className={styles['field']}>
          <label className={styles['label']} htmlFor={aggregateId}>
            Combine rows by
          </label>
          <select id={aggregateId} className={styles['select']} value={spec.aggregate} onChange={(event) => onChange(withAggregate(spec, event.target.value as Aggregate, columns))}>
            {AGGREGATES.map((aggregate) => (
              <option key={aggregate} value={aggregate}>
                {AGGREGATE_TEXTS[aggregate]}
              </option>
            ))}
          </select>
        </div>
      )}
    </>
  );
}

function BinsField({ spec, onChange }: Omit<ChartBuilderProps, 'columns'>) {
  const id = useId();
  const bins = spec.bins ?? BINS_DEFAULT;
  return (
    <div className={styles['field']}>
      <label className={styles['label']} htmlFor={id}>
        Bins <span className={styles['amount']}>{bins}</span>
      </label>
      <input id={id} type="range" className={styles['range']} min={BINS_LIMITS.min} max={BINS_LIMITS.max} value={bins} onChange={(event) => onChange({ ...spec, bins: event.target.valueAsNumber })} />
    </div>
  );
}

interface ColumnSelectProps {
  readonly label: string;
  readonly columns: readonly ResultColumn[];
  readonly value: string;
  /** Text of choosing none; absent where one must be chosen. */
  readonly none?: string;
  readonly onChange: (name: string) => void;
}

function ColumnSelect({ label, columns, value, none, onChange }: ColumnSelectProps) {
  const id = useId();
  const known = value === '' || columns.some(({ name }) => name === value);
  return (
    <div className={styles['field']}>
      <label className={styles['label']} htmlFor={id}>
        {label}
      </label>
      <select id={id} className={styles['select']} value={value} onChange={(event) => onChange(event.target.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {!known && <option value={value}>{value} (not there)</option>}
        {columns.map(({ name, type }, index) => (
          <option key={index} value={name}>
            {name} ({type})
          </option>
        ))}
      </select>
    </div>
  );
}
