import createDOMPurify, { type Config } from 'dompurify';

/** Foreign HTML as it may be framed, and what was taken out of it, in words. */
export interface SanitizedHtml {
  readonly html: string;
  /** `scripts`, `forms`, `remote content`… Empty where nothing was taken out. */
  readonly blocked: readonly string[];
}

const BLOCKED_TAGS: Readonly<Record<string, string>> = {
  SCRIPT: 'scripts', IFRAME: 'frames', FRAME: 'frames', OBJECT: 'plug-ins', EMBED: 'plug-ins', APPLET: 'plug-ins', FORM: 'forms', INPUT: 'forms', BUTTON: 'forms', TEXTAREA: 'forms',
  SELECT: 'forms', LINK: 'remote content', META: 'page settings', BASE: 'page settings', AUDIO: 'media', VIDEO: 'media', FOREIGNOBJECT: 'embedded pages',
};

const CONFIG: Config = {
  USE_PROFILES: { html: true, svg: true, svgFilters: true, mathMl: true },
  FORBID_TAGS: ['form', 'input', 'button', 'textarea', 'select', 'option', 'link', 'meta', 'base', 'audio', 'video', 'source', 'picture', 'foreignobject', 'use', 'dialog'],
  FORBID_ATTR: ['srcset', 'ping', 'action', 'formaction', 'target', 'autofocus', 'contenteditable', 'background', 'poster'],
  ADD_TAGS: ['style'],
  FORCE_BODY: true,
  ALLOW_DATA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
};

/**
 * Takes everything out of foreign HTML or SVG that could act: scripts, handlers, forms, frames, and every address that
 * would be asked for. The frame it goes into allows none of these either; this is the second wall.
 */
export function sanitizeHtml(html: string): SanitizedHtml {
  const purifier = createDOMPurify(window);
  const blocked = new Set<string>();
  purifier.addHook('uponSanitizeElement', (_node, { tagName }) => {
    const reason = BLOCKED_TAGS[tagName.toUpperCase()];
    if (reason !== undefined) blocked.add(reason);
  });
  purifier.addHook('uponSanitizeAttribute', (node, data) => {
    if (!isAddress(data.attrName)) return;
    if (node.nodeName.toLowerCase() === 'a') data.keepAttr = data.attrValue.startsWith('#');
    else if (!/^(data:image\/|#)/i.test(data.attrValue.trim())) {
      data.keepAttr = false;
      blocked.add('remote content');
    }
  });
  return { html: purifier.sanitize(withoutHandlers(html, blocked), CONFIG), blocked: [...blocked].sort() };
}

/**
 * Handlers are renamed before anything parses the text: the page's policy stops them anyhow, but reports each one that a
 * parser meets. What slips through here is DOMPurify's.
 */
function withoutHandlers(html: string, blocked: Set<string>): string {
  return html.replace(/<[a-z][^<>]*>/gi, (tag) =>
    tag.replace(/([\s"'/])on[a-z]+\s*=/gi, (_handler, before: string) => {
      blocked.add('event handlers');
      return `${before} data-off=`;
    }),
  );
}

function isAddress(attribute: string): boolean {
  return ['href', 'xlink:href', 'src', 'data', 'cite', 'longdesc'].includes(attribute.toLowerCase());
}
