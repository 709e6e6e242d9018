import { joinPath } from '../../storage/paths.ts';
import { jsonLogFiles, readJsonLog } from '../commitSql.ts';
import { toText, type Engine } from '../engine.ts';
import type { LogFile } from '../logFile.ts';
import { fileList } from '../sqlText.ts';

/**
 * The names of all sidecars that the checkpoints of a log refer to. Throws the engine's error where one cannot be read:
 * then nobody knows.
 */
export async function referencedSidecars(engine: Engine, logPath: string, files: readonly LogFile[]): Promise<ReadonlySet<string>> {
  const checkpoints = files.filter((file) => file.kind === 'checkpoint');
  const parquet = checkpoints.filter(({ format }) => format === 'parquet').map(({ file }) => joinPath(logPath, file.name));
  const json = checkpoints.filter(({ format }) => format === 'json').map(({ file }) => file);
  const withSidecars = parquet.length === 0 ? [] : await selectTexts(engine, `SELECT DISTINCT file_name AS text FROM parquet_metadata(${fileList(parquet)}) WHERE path_in_schema = 'sidecar, path'`);
  const paths = [
    ...(withSidecars.length === 0 ? [] : await selectTexts(engine, `SELECT DISTINCT sidecar.path AS text FROM read_parquet(${fileList(withSidecars)}, hive_partitioning = false) WHERE sidecar.path IS NOT NULL`)),
    ...(json.length === 0 ? [] : await selectTexts(engine, `SELECT DISTINCT sidecar.path AS text FROM ${readJsonLog(jsonLogFiles(logPath, json), { sidecar: { path: 'VARCHAR' } })} WHERE sidecar.path IS NOT NULL`)),
  ];
  return new Set(paths.flatMap((path) => [path, decodeURIComponent(path)]).map((path) => path.slice(path.lastIndexOf('/') + 1)));
}

async function selectTexts(engine: Engine, sql: string): Promise<readonly string[]> {
  const batch = await engine.select(sql);
  return batch.column('text').flatMap((text) => toText(text) ?? []);
}
