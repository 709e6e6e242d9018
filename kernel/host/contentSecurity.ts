/** The page on which trusted outputs run their scripts, in a frame without an origin. */
export const FRAME_PATH = '/frame.html';

/** The app's policy; `frame-src` with the full path lets `/frame.html` in and keeps that frame from going anywhere else. */
export function appPolicy(origin: string): string {
  return [
    "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:", "font-src 'self'", "connect-src 'self'",
    "worker-src 'self'", `frame-src ${origin}${FRAME_PATH}`, "form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'",
  ].join('; ');
}

export const FRAME_POLICY = [
  'sandbox allow-scripts', "default-src 'none'", "script-src 'unsafe-inline'", "style-src 'unsafe-inline'", 'img-src data: blob:', 'font-src data:',
  "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'",
].join('; ');

/** On every answer. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), payment=()',
};

/** Names under which the loopback server is asked; any other is a foreign name that was pointed here (DNS rebinding). */
export function isOwnHostHeader(header: string | undefined, port: number): boolean {
  return header === `127.0.0.1:${port}` || header === `localhost:${port}`;
}

/**
 * Browsers always send an Origin with a socket: it must be this server's own, never `null` (a sandboxed frame). Programs
 * that are no browser send none; for them as for all the token decides.
 */
export function isAllowedOrigin(origin: string | undefined, hostHeader: string | undefined): boolean {
  return origin === undefined || origin === `http://${hostHeader ?? ''}`;
}
