const LINE_PX = 20;
const ROW_PX = 29;
const PADDING_PX = 24;
const MIN_PX = 44;
const MAX_PX = 480;

/**
 * Height for a frame that cannot tell its own: it runs no script and shares nothing with the page. An estimate from the
 * content's rows, lines and declared sizes; the reader can drag it.
 */
export function estimateFrameHeight(html: string, widthPx: number): number {
  const rows = countTags(html, 'tr');
  const declared = declaredHeight(html, widthPx);
  const text = html.replace(/<style[\s\S]*?<\/style>/gi, '').replace(/<(table|svg)[\s\S]*?<\/\1>/gi, '');
  const blocks = countTags(text, 'p|div|li|h[1-6]|pre|br|hr|dt|dd');
  const characters = text.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ').trim().length;
  const lines = characters === 0 ? 0 : Math.max(Math.ceil(characters / Math.max(20, widthPx / 7.5)), Math.min(blocks, characters), 1);
  const height = rows * ROW_PX + declared + lines * LINE_PX + PADDING_PX;
  return Math.round(Math.min(MAX_PX, Math.max(MIN_PX, height)));
}

function countTags(html: string, names: string): number {
  return html.match(new RegExp(`<(?:${names})[\\s>/]`, 'gi'))?.length ?? 0;
}

/** Heights that drawings and pictures declare, scaled down where they are wider than the frame. */
function declaredHeight(html: string, widthPx: number): number {
  let total = 0;
  for (const [tag] of html.matchAll(/<(?:svg\b[^>]*|img\b[^>]*\bsrc=[^>]*)>/gi)) {
    const [, , boxWidth, boxHeight] = /viewBox="([\d.eE+-]+)[\s,]+([\d.eE+-]+)[\s,]+([\d.eE+-]+)[\s,]+([\d.eE+-]+)"/i.exec(tag)?.slice(1).map(Number) ?? [];
    const width = sizeOf(tag, 'width') ?? boxWidth;
    const height = sizeOf(tag, 'height') ?? boxHeight ?? (tag.toLowerCase().startsWith('<img') ? 200 : 0);
    total += width !== undefined && width > widthPx ? (height * widthPx) / width : height;
  }
  return total;
}

const UNITS: Readonly<Record<string, number>> = { pt: 4 / 3, in: 96, cm: 96 / 2.54, mm: 96 / 25.4 };

function sizeOf(tag: string, name: string): number | undefined {
  const match = new RegExp(`\\b${name}="([\\d.]+)(pt|in|cm|mm|px)?"`, 'i').exec(tag);
  return match === null ? undefined : Number(match[1]) * (UNITS[match[2]?.toLowerCase() ?? ''] ?? 1);
}
