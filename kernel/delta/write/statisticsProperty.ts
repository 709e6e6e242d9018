import type { ColumnPath } from './schemaEdits.ts';
import { splitNames, STATISTICS_COLUMNS } from './statistics.ts';

type Configuration = Readonly<Record<string, string>>;

/** The properties after a column got another name, or none: `delta.dataSkippingStatsColumns` follows it. Pure. */
export function renamedStatisticsColumns(configuration: Configuration, from: ColumnPath, to: ColumnPath | undefined): Configuration {
  const named = configuration[STATISTICS_COLUMNS];
  if (named === undefined) return configuration;
  const [old, fresh] = [from.join('.').toLowerCase(), to?.map(quoted).join('.')];
  const kept = splitNames(named).flatMap((name) => {
    const lower = name.toLowerCase();
    if (lower !== old && !lower.startsWith(`${old}.`)) return [name.split('.').map(quoted).join('.')];
    return fresh === undefined ? [] : [`${fresh}${name.slice(old.length)}`];
  });
  return { ...configuration, [STATISTICS_COLUMNS]: kept.join(',') };
}

function quoted(name: string): string {
  return /^\w+$/.test(name) ? name : `\`${name}\``;
}
