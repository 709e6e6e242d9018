/** A page that says what went wrong when there is no host to serve one. It runs no script and loads nothing. */
export function errorPageUrl(title: string, detail: string): string {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Lakebook</title><style>
:root { color-scheme: light dark } body { font: 15px/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 44rem; padding: 0 2rem }
h1 { font-size: 1.4rem } pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; border: 1px solid; border-radius: 4px }
</style></head><body><main><h1>${escapeHtml(title)}</h1><pre>${escapeHtml(detail)}</pre>
<p>Nothing was changed. Mend what the message names and start Lakebook again.</p></main></body></html>`;
  return `data:text/html;charset=utf-8,${encodeURIComponent(html)}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
