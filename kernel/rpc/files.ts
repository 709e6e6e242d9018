import { z } from 'zod';
import type { Topic } from './topic.ts';

/** Paths of this topic are relative to the workspace's root, `/` between parts, '' for the root itself. */
export const fileEntryShape = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['file', 'folder', 'table']),
  sizeBytes: z.number(),
  modifiedAtMs: z.number(),
});
export type FileEntry = z.output<typeof fileEntryShape>;

/** Says which bytes a text came from; a write with an outdated one is refused (FILE_CHANGED_ON_DISK). */
const fileRevisionShape = z.string();

export const filesTopic = {
  requests: {
    'files.list': { params: z.object({ path: z.string() }), result: z.object({ entries: z.array(fileEntryShape) }) },
    'files.readText': {
      params: z.object({ path: z.string() }),
      result: z.object({ text: z.string(), revision: fileRevisionShape, readOnly: z.boolean() }),
    },
    /** Temp + fsync + rename. `revision` absent: the file must not exist. */
    'files.writeText': {
      params: z.object({ path: z.string(), text: z.string(), revision: fileRevisionShape.optional() }),
      result: z.object({ revision: fileRevisionShape }),
    },
    'files.createFolder': { params: z.object({ path: z.string() }), result: z.null() },
    'files.rename': { params: z.object({ from: z.string(), to: z.string() }), result: z.null() },
    /** Moves to the workspace's trash in the state folder; never removes what it cannot restore. */
    'files.delete': { params: z.object({ path: z.string() }), result: z.object({ trashId: z.string() }) },
    'files.restore': { params: z.object({ trashId: z.string() }), result: z.object({ path: z.string() }) },
    /** Text search by file name, for quick open. */
    'files.find': { params: z.object({ query: z.string(), limit: z.number().int().max(500) }), result: z.object({ paths: z.array(z.string()) }) },
  },
  events: {
    /** Folders whose listing changed and files whose bytes changed, by whomever. */
    'files.changed': z.object({ paths: z.array(z.string()) }),
  },
} as const satisfies Topic;
