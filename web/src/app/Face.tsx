/** A person as a small round sign: the last two characters of a Chinese name, else initials. */
export function Face({ name, small }: { name: string; small?: boolean }) {
  return (
    <span className={'face' + (small ? ' small' : '')} aria-hidden>
      {small ? shortName(name).slice(-1) : shortName(name)}
    </span>
  )
}

export function shortName(name: string): string {
  const text = name.trim()
  if (/\p{Script=Han}/u.test(text)) return [...text].slice(-2).join('')
  const words = text.split(/\s+/).filter(Boolean)
  return words
    .slice(0, 2)
    .map((w) => w[0]?.toUpperCase() ?? '')
    .join('')
}
