import { providePython, startPython } from './pythonProcess.ts';

const PACKAGES = ['deltalake==1.6.6', 'pyarrow'];

/** A change of a table. Rows come from a `select` over the table as `t`, where an operation has one. */
export type DeltaRsStep =
  | { readonly op: 'insert'; readonly select: string }
  | { readonly op: 'update'; readonly where: string; readonly set: Readonly<Record<string, string>> }
  | { readonly op: 'delete'; readonly where: string }
  | { readonly op: 'mergeRows'; readonly select: string; readonly on: string; readonly deleteWhere: string; readonly set: Readonly<Record<string, string>>; readonly insert: Readonly<Record<string, string>> }
  | { readonly op: 'optimize' | 'checkpoint' };

/** `tag` names the commit, in its commitInfo. */
export type DeltaRsQuestion = { readonly table: string; readonly tag?: string } & (
  | DeltaRsStep
  | { readonly op: 'read'; readonly where?: string }
  | { readonly op: 'copy'; readonly where: string; readonly columns?: readonly string[] | undefined }
  | { readonly op: 'append'; readonly rows: readonly Readonly<Record<string, number>>[] }
  | { readonly op: 'merge'; readonly rows: readonly Readonly<Record<string, number>>[]; readonly on: string; readonly set: Readonly<Record<string, string>>; readonly insert: Readonly<Record<string, string>> }
  | { readonly op: 'history' }
);

export interface DeltaRsReply {
  readonly names?: readonly string[];
  readonly types?: readonly string[];
  readonly rows?: readonly (readonly unknown[])[];
  readonly commits?: readonly Readonly<Record<string, unknown>>[];
  readonly error?: string;
  readonly message?: string;
}

/** delta-rs, in a process of its own. */
export interface DeltaRs {
  ask(question: DeltaRsQuestion): Promise<DeltaRsReply>;
  close(): void;
}

/** A Python that has delta-rs; `LAKEBOOK_DELTA_RS_PYTHON` names another. */
async function provideDeltaRsPython(): Promise<string> {
  return process.env['LAKEBOOK_DELTA_RS_PYTHON'] ?? await providePython('delta-rs-1.6.6', PACKAGES, 'delta-rs 1.6.6');
}

export async function startDeltaRs(): Promise<DeltaRs> {
  const python = await startPython({ script: 'delta_rs.py', python: await provideDeltaRsPython() });
  return { ask: (question) => python.ask(question) as Promise<DeltaRsReply>, close: () => python.close() };
}
