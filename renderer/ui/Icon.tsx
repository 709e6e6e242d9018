export interface IconProps {
  /** A codicon: `add`, `trash`, `chevron-right`… */
  readonly name: string;
  /** Spoken text; without it the icon is decoration. */
  readonly label?: string;
  readonly className?: string;
}

/** One glyph of the icon font, in the colour and size of the text around it. */
export function Icon({ name, label, className = '' }: IconProps) {
  const role = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return <span className={`codicon codicon-${name} ${className}`} {...role} />;
}
