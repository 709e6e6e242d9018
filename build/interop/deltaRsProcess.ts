import { providePython, startPython } from './pythonProcess.ts';

const PACKAGES = ['deltalake==1.6.6', 'pyarrow'];

/** `tag` names the commit, in its commitInfo. */
export type DeltaRsQuestion = { readonly table: string; readonly tag?: string } & (
  | { readonly op: 'read'; readonly where?: string }
  | { readonly op: 'copy'; readonly where: string; readonly columns?: readonly string[] | undefined }
  | { readonly op: 'delete'; readonly where: string }
  | { readonly op: 'update'; readonly where: string; readonly set: Readonly<Record<string, string>> }
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
function provideDeltaRsPython(): string {
  return process.env['LAKEBOOK_DELTA_RS_PYTHON'] ?? providePython('delta-rs-1.6.6', PACKAGES, 'delta-rs 1.6.6');
}

export async function startDeltaRs(): Promise<DeltaRs> {
  const python = await startPython({ script: 'delta_rs.py', python: provideDeltaRsPython() });
  return { ask: (question) => python.ask(question) as Promise<DeltaRsReply>, close: () => python.close() };
}
