import { LakebookError } from '../../kernel/base/errors.ts';

/** @throws LakebookError CLIPBOARD_REFUSED where the browser does not let the page write */
export async function writeClipboard(clipboard: Pick<Clipboard, 'writeText'>, text: string): Promise<void> {
  try {
    await clipboard.writeText(text);
  } catch (error) {
    throw new LakebookError('CLIPBOARD_REFUSED', { detail: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}
