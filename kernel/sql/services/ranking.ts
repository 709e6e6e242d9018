import type { Completions, Offer } from './completionOffer.ts';

/** Editors filter long lists slowly; what is left out comes with the next letter. */
const OFFERS_MAX = 200;

/** The offers that fit what is typed, the likeliest first: begun alike, then by kind, then what is used already. */
export function rankOffers(offers: readonly Offer[], prefix: string, used: ReadonlySet<string>): Completions {
  const seen = new Set<string>();
  const ranked = offers
    .map((offer) => ({ offer, fit: fitOf(offer.label, prefix), fresh: used.has(offer.label.toLowerCase()) ? 0 : 1 }))
    .filter(({ fit, offer }) => fit !== undefined && !seen.has(keyOf(offer)) && seen.add(keyOf(offer)))
    .sort((left, right) => left.fit! - right.fit! || left.offer.rank - right.offer.rank || left.fresh - right.fresh);
  const begun = ranked.filter(({ fit }) => fit! < SCATTERED);
  const kept = begun.length > 0 ? begun : ranked;
  return { items: kept.slice(0, OFFERS_MAX).map(({ offer }) => offer), incomplete: kept.length > OFFERS_MAX || kept.length < ranked.length };
}

function keyOf({ kind, label, insertText }: Offer): string {
  return `${kind} ${label} ${insertText}`;
}

/** Letters in order somewhere in the name: worth an offer where nothing fits better. */
const SCATTERED = 3;

/** 0 begins so, 1 begins so in another case, 2 a part behind a dot or underscore does, {@link SCATTERED} has the letters in order. */
function fitOf(label: string, prefix: string): number | undefined {
  if (prefix === '') return 0;
  if (label.startsWith(prefix)) return 0;
  const name = label.toLowerCase();
  const wanted = prefix.toLowerCase();
  if (name.startsWith(wanted)) return 1;
  if (name.includes(`.${wanted}`) || name.includes(`_${wanted}`) || name.includes(` ${wanted}`)) return 2;
  if (name[0] !== wanted[0]) return undefined;
  let at = 0;
  for (const letter of wanted) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return undefined;
  }
  return SCATTERED;
}
