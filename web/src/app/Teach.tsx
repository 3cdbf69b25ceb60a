import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** An empty page that says what it is for and how to fill it. */
export function Teach({ icon: Icon, title, text, children, id }: { icon: LucideIcon; title: string; text: string; children?: ReactNode; id?: string }) {
  return (
    <div className="teach" data-testid={id}>
      <Icon className="mark" size={32} strokeWidth={1.5} aria-hidden />
      <h2>{title}</h2>
      <p>{text}</p>
      {children && <div className="row wrap" style={{ justifyContent: 'center' }}>{children}</div>}
    </div>
  )
}
