import { expect, it } from 'vitest';
import { writeClipboard } from './clipboard.ts';

it('says so when the browser refuses the clipboard: CLIPBOARD_REFUSED', async () => {
  const refusing = { writeText: () => Promise.reject(new Error('Document is not focused.')) };
  await expect(writeClipboard(refusing, 'x')).rejects.toMatchObject({ code: 'CLIPBOARD_REFUSED', message: 'The clipboard did not take the text: Document is not focused.' });
});
