import { useEffect, useState } from 'react';
import { useNotebook } from './notebookContext.ts';

const SETTLE_MS = 200;

/** True where the cell's text is not the one that made its outputs. Checked once typing pauses. */
export function useEditedSinceRun(cellId: string, sourceHash: string | undefined): boolean {
  const { session } = useNotebook();
  const [presentHash, setPresentHash] = useState<string>();
  useEffect(() => {
    if (sourceHash === undefined) return;
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const check = async (): Promise<void> => {
      const hash = await sha256(session.source(cellId));
      if (current) setPresentHash(hash);
    };
    const watch = session.watchSource(cellId, () => {
      clearTimeout(timer);
      timer = setTimeout(() => void check(), SETTLE_MS);
    });
    void check();
    return () => {
      current = false;
      clearTimeout(timer);
      watch.dispose();
    };
  }, [session, cellId, sourceHash]);
  return sourceHash !== undefined && presentHash !== undefined && presentHash !== sourceHash;
}

/** Lower-case hex; undefined on a page that is no secure context, where the browser offers no hashes. */
async function sha256(text: string): Promise<string | undefined> {
  if (!window.isSecureContext) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
