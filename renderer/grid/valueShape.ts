import { IntervalUnit, Precision, TimeUnit, Type, type DataType } from '@uwdata/flechette';

/** An Arrow type as far as its values' texts depend on it. */
export type ValueShape =
  | { readonly kind: 'text' | 'null' | 'boolean' | 'integer' | 'binary' }
  | { readonly kind: 'float'; readonly single: boolean }
  | { readonly kind: 'decimal'; readonly scale: number }
  | { readonly kind: 'date' }
  | { readonly kind: 'time' | 'duration'; readonly perSecond: bigint }
  /** Ticks of a zoned timestamp count in UTC, whatever the zone. */
  | { readonly kind: 'timestamp'; readonly perSecond: bigint; readonly zoned: boolean }
  | { readonly kind: 'interval'; readonly unit: 'yearMonth' | 'dayTime' | 'monthDayNano' }
  | { readonly kind: 'list'; readonly item: ValueShape }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly shape: ValueShape }[] }
  | { readonly kind: 'map'; readonly key: ValueShape; readonly item: ValueShape };

const PER_SECOND: Readonly<Record<number, bigint>> = {
  [TimeUnit.SECOND]: 1n,
  [TimeUnit.MILLISECOND]: 1_000n,
  [TimeUnit.MICROSECOND]: 1_000_000n,
  [TimeUnit.NANOSECOND]: 1_000_000_000n,
};
const INTERVAL_UNITS = { [IntervalUnit.YEAR_MONTH]: 'yearMonth', [IntervalUnit.DAY_TIME]: 'dayTime', [IntervalUnit.MONTH_DAY_NANO]: 'monthDayNano' } as const;

export function shapeOf(type: DataType): ValueShape {
  switch (type.typeId) {
    case Type.NONE:
    case Type.Null:
      return { kind: 'null' };
    case Type.Bool:
      return { kind: 'boolean' };
    case Type.Int:
      return { kind: 'integer' };
    case Type.Float:
      return { kind: 'float', single: type.precision !== Precision.DOUBLE };
    case Type.Decimal:
      return { kind: 'decimal', scale: type.scale };
    case Type.Date:
      return { kind: 'date' };
    case Type.Time:
      return { kind: 'time', perSecond: PER_SECOND[type.unit] ?? 1n };
    case Type.Duration:
      return { kind: 'duration', perSecond: PER_SECOND[type.unit] ?? 1n };
    case Type.Timestamp:
      return { kind: 'timestamp', perSecond: PER_SECOND[type.unit] ?? 1n, zoned: type.timezone !== null };
    case Type.Interval:
      return { kind: 'interval', unit: INTERVAL_UNITS[type.unit] };
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary:
      return { kind: 'binary' };
    case Type.List:
    case Type.LargeList:
    case Type.ListView:
    case Type.LargeListView:
    case Type.FixedSizeList:
      return { kind: 'list', item: childShape(type.children, 0) };
    case Type.Struct:
      return { kind: 'struct', fields: type.children.map(({ name, type: child }) => ({ name, shape: shapeOf(child) })) };
    case Type.Map: {
      const [entry] = type.children;
      return entry.type.typeId === Type.Struct ? { kind: 'map', key: childShape(entry.type.children, 0), item: childShape(entry.type.children, 1) } : { kind: 'text' };
    }
    case Type.Dictionary:
      return shapeOf(type.dictionary);
    case Type.RunEndEncoded:
      return childShape(type.children, 1);
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
    case Type.Union:
      return { kind: 'text' };
  }
}

function childShape(fields: readonly { readonly type: DataType }[], index: number): ValueShape {
  const child = fields[index];
  return child === undefined ? { kind: 'null' } : shapeOf(child.type);
}
