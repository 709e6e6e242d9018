import { app, session, type WebContents } from 'electron';

const ALLOWED_PERMISSIONS = new Set(['clipboard-read', 'clipboard-sanitized-write']);

/** Nothing but our host's page is ever shown, and it gets nothing but the clipboard. */
export function lockDown(ownOrigin: () => string | undefined): void {
  const isOwn = (url: string): boolean => originOf(url) !== undefined && originOf(url) === ownOrigin();
  session.defaultSession.setPermissionRequestHandler((contents, permission, answer) => answer(ALLOWED_PERMISSIONS.has(permission) && isOwn(contents.getURL())));
  session.defaultSession.setPermissionCheckHandler((_contents, permission, origin) => ALLOWED_PERMISSIONS.has(permission) && isOwn(origin));
  session.defaultSession.setDevicePermissionHandler(() => false);
  session.defaultSession.setSpellCheckerEnabled(false); // a window's `spellcheck: false` alone still downloads a dictionary
  app.on('web-contents-created', (_event, contents) => confine(contents, isOwn));
}

function confine(contents: WebContents, isOwn: (url: string) => boolean): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  for (const event of ['will-navigate', 'will-redirect'] as const) {
    contents.on(event as 'will-navigate', (navigation, url) => {
      if (!isOwn(url)) navigation.preventDefault();
    });
  }
}

export function originOf(url: string): string | undefined {
  try {
    const { protocol, origin } = new URL(url);
    return protocol === 'http:' ? origin : undefined;
  } catch {
    return undefined;
  }
}
